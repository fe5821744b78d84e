@echo off
rem The forced command of padam's key on Windows: it shuts this machine down, or says that it could, and nothing else.
rem In %ProgramData%\ssh\administrators_authorized_keys, one line:
rem   restrict,command="cmd.exe /c C:\ProgramData\ssh\padam-shutdown.cmd" ssh-ed25519 AAAA... padam
rem Delayed expansion: what the client sent is compared, never run. 1115 and 1190: it goes down already.

setlocal EnableExtensions EnableDelayedExpansion
if "!SSH_ORIGINAL_COMMAND!"=="check" (
	echo ready
	exit /b 0
)
if "!SSH_ORIGINAL_COMMAND!"=="shutdown" (
	%SystemRoot%\System32\shutdown.exe /s /f /t 5 /c "padam: mains failure"
	if !ERRORLEVEL!==1115 exit /b 0
	if !ERRORLEVEL!==1190 exit /b 0
	exit /b !ERRORLEVEL!
)
echo padam-shutdown: refused; expected check or shutdown 1>&2
exit /b 64
