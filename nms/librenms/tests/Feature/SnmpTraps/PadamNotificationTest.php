<?php

/**
 * PadamNotificationTest.php
 *
 * Every notification of PADAM-MIB.
 *
 * @link       https://www.librenms.org
 */

namespace LibreNMS\Tests\Feature\SnmpTraps;

use LibreNMS\Enum\Severity;
use PHPUnit\Framework\Attributes\DataProvider;

final class PadamNotificationTest extends SnmpTrapTestCase
{
    #[DataProvider('notifications')]
    public function testPadamNotification(string $name, string $label, string $text, Severity $severity): void
    {
        $this->assertTrapLogsMessage(<<<TRAP
{{ hostname }}
UDP: [{{ ip }}]:57602->[192.168.5.5]:162
DISMAN-EVENT-MIB::sysUpTimeInstance 0:0:1:12.7
SNMPv2-MIB::snmpTrapOID.0 PADAM-MIB::$name
PADAM-MIB::padamEventSequence.41 41
PADAM-MIB::padamEventTime.41 1700000000
PADAM-MIB::padamEventSeverity.41 $label
PADAM-MIB::padamEventIncident.41 7
PADAM-MIB::padamEventStep.41 0
PADAM-MIB::padamEventDelaySeconds.41 0
PADAM-MIB::padamEventText.41 "$text"
TRAP,
            $text,
            "Could not handle $name",
            [$severity],
        );
    }

    /**
     * @return array<string, array{string, string, string, Severity}>
     */
    public static function notifications(): array
    {
        return [
            'padamOutageOpened' => ['padamOutageOpened', 'critical', 'An outage has lasted longer than the debounce and is now an incident.', Severity::Error],
            'padamOutageClosed' => ['padamOutageClosed', 'notice', 'The outage is over and its incident is closed.', Severity::Notice],
            'padamMainsLost' => ['padamMainsLost', 'critical', 'The mains supply is lost.', Severity::Error],
            'padamMainsRestored' => ['padamMainsRestored', 'notice', 'The mains supply is back and confirmed.', Severity::Notice],
            'padamGensetStarted' => ['padamGensetStarted', 'notice', 'The genset is confirmed running.', Severity::Notice],
            'padamGensetStartFailed' => ['padamGensetStartFailed', 'critical', 'The genset could not be started.', Severity::Error],
            'padamGensetStopped' => ['padamGensetStopped', 'notice', 'The genset has stopped.', Severity::Notice],
            'padamGensetStopFailed' => ['padamGensetStopFailed', 'critical', 'The genset still runs although it was told to stop.', Severity::Error],
            'padamReportRunning' => ['padamReportRunning', 'notice', 'Report of step 3: power is out and the genset is running.', Severity::Notice],
            'padamReportFailed' => ['padamReportFailed', 'critical', 'Report of step 4: power is out and the genset could not be started.', Severity::Error],
            'padamDeadlineMet' => ['padamDeadlineMet', 'notice', 'A step was done by its due time.', Severity::Notice],
            'padamDeadlineMissed' => ['padamDeadlineMissed', 'critical', 'A step was not done by its due time.', Severity::Error],
            'padamDeadlineHeld' => ['padamDeadlineHeld', 'warning', 'A due time passed while a confirmation was running.', Severity::Warning],
            'padamDeadlineStillMissed' => ['padamDeadlineStillMissed', 'critical', 'A missed step is still not done.', Severity::Error],
            'padamShutdownBegun' => ['padamShutdownBegun', 'warning', 'The shutdown of the servers has begun.', Severity::Warning],
            'padamShutdownDone' => ['padamShutdownDone', 'notice', 'All servers ordered to go down are off by independent evidence.', Severity::Notice],
            'padamShutdownEscalated' => ['padamShutdownEscalated', 'critical', 'Not all servers were shut down normally in time.', Severity::Error],
            'padamServerDown' => ['padamServerDown', 'notice', 'A server was shut down and is off by independent evidence.', Severity::Notice],
            'padamServerNotConfirmed' => ['padamServerNotConfirmed', 'critical', 'A server accepted its shutdown but nothing proves that it is off.', Severity::Error],
            'padamServerFailed' => ['padamServerFailed', 'critical', 'A server could not be shut down normally.', Severity::Error],
            'padamUpsLow' => ['padamUpsLow', 'critical', 'A UPS is running out.', Severity::Error],
            'padamUpsRecovered' => ['padamUpsRecovered', 'notice', 'No UPS is running out any more.', Severity::Notice],
            'padamContradictionRaised' => ['padamContradictionRaised', 'critical', 'Inputs contradict each other, so the shutdown of servers waits.', Severity::Error],
            'padamContradictionCleared' => ['padamContradictionCleared', 'notice', 'The contradiction that held the shutdown of servers is over.', Severity::Notice],
            'padamEquipmentMissing' => ['padamEquipmentMissing', 'warning', 'Equipment that an outage would need is missing.', Severity::Warning],
            'padamEquipmentReady' => ['padamEquipmentReady', 'notice', 'Equipment that was missing is ready again.', Severity::Notice],
            'padamDeviationRecorded' => ['padamDeviationRecorded', 'warning', 'A deviation from the quality standard was recorded.', Severity::Warning],
            'padamDeviationAccounted' => ['padamDeviationAccounted', 'notice', 'A deviation was accounted for.', Severity::Notice],
            'padamDrillBegun' => ['padamDrillBegun', 'notice', 'A drill has begun.', Severity::Notice],
            'padamDrillEnded' => ['padamDrillEnded', 'notice', 'A drill has ended.', Severity::Notice],
            'padamJournalBehind' => ['padamJournalBehind', 'critical', 'The journal does not keep up, so the last happenings are not on disk.', Severity::Error],
            'padamJournalRecovered' => ['padamJournalRecovered', 'notice', 'The journal keeps up again and nothing is missing from it.', Severity::Notice],
            'padamEngineLost' => ['padamEngineLost', 'critical', 'The agent no longer hears the engine.', Severity::Error],
            'padamEngineBack' => ['padamEngineBack', 'notice', 'The agent hears the engine again.', Severity::Notice],
            'padamInhibitOn' => ['padamInhibitOn', 'warning', 'The maintenance inhibit was switched on.', Severity::Warning],
            'padamInhibitOff' => ['padamInhibitOff', 'notice', 'The maintenance inhibit was ended or ran out.', Severity::Notice],
            'padamGensetNotCarrying' => ['padamGensetNotCarrying', 'critical', 'The genset runs but does not feed the load.', Severity::Error],
            'padamGensetCarrying' => ['padamGensetCarrying', 'notice', 'The genset feeds the load.', Severity::Notice],
            'padamInputUnavailable' => ['padamInputUnavailable', 'warning', 'A sensed input can no longer be read.', Severity::Warning],
            'padamInputAvailable' => ['padamInputAvailable', 'notice', 'A sensed input can be read again.', Severity::Notice],
            'padamRoundOpened' => ['padamRoundOpened', 'critical', 'The genset stopped while the mains is out, so a new round begins.', Severity::Error],
            'padamJournalOverLimit' => ['padamJournalOverLimit', 'warning', 'What must be kept is more than the journal\'s limits allow.', Severity::Warning],
            'padamJournalWithinLimit' => ['padamJournalWithinLimit', 'notice', 'The journal is within its limits again.', Severity::Notice],
            'padamServerUp' => ['padamServerUp', 'notice', 'A server that was to be powered on again is up.', Severity::Notice],
            'padamServerNotUp' => ['padamServerNotUp', 'critical', 'A server was told to power on again and did not come up in time.', Severity::Error],
            'padamUpsUnknown' => ['padamUpsUnknown', 'warning', 'Network UPS Tools do not tell of the UPS any more.', Severity::Warning],
            'padamShutdownCancelled' => ['padamShutdownCancelled', 'warning', 'A shutdown was cancelled by command: servers that waited are left running.', Severity::Warning],
            'padamUpsKnownAgain' => ['padamUpsKnownAgain', 'notice', 'Network UPS Tools tell of the UPS again.', Severity::Notice],
            'padamSelfShutdown' => ['padamSelfShutdown', 'warning', 'The machine the engine runs on is shut down next.', Severity::Warning],
            'without the MIB, unknown' => ['padamOutageOpened', '1', 'An outage has lasted longer than the debounce and is now an incident.', Severity::Unknown],
            'without the MIB, ok' => ['padamOutageOpened', '2', 'An outage has lasted longer than the debounce and is now an incident.', Severity::Ok],
            'without the MIB, notice' => ['padamOutageOpened', '3', 'An outage has lasted longer than the debounce and is now an incident.', Severity::Notice],
            'without the MIB, warning' => ['padamOutageOpened', '4', 'An outage has lasted longer than the debounce and is now an incident.', Severity::Warning],
            'without the MIB, critical' => ['padamOutageOpened', '5', 'An outage has lasted longer than the debounce and is now an incident.', Severity::Error],
        ];
    }
}
