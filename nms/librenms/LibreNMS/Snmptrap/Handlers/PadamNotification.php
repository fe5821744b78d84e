<?php

/**
 * PadamNotification.php
 *
 * Every notification of PADAM-MIB: it brings its severity and a line of text that says what happened.
 *
 * @link       https://www.librenms.org
 */

namespace LibreNMS\Snmptrap\Handlers;

use App\Models\Device;
use LibreNMS\Enum\Severity;
use LibreNMS\Interfaces\SnmptrapHandler;
use LibreNMS\Snmptrap\Trap;

class PadamNotification implements SnmptrapHandler
{
    /**
     * Handle snmptrap.
     * Data is pre-parsed and delivered as a Trap.
     *
     * @param  Device  $device
     * @param  Trap  $trap
     * @return void
     */
    public function handle(Device $device, Trap $trap): void
    {
        $text = $trap->getOidData($trap->findOid('PADAM-MIB::padamEventText'));
        $severity = $trap->getOidData($trap->findOid('PADAM-MIB::padamEventSeverity'));

        $trap->log($text, $this->severity($severity));
    }

    /**
     * The label with the MIB loaded, the number without it.
     */
    private function severity(?string $severity): Severity
    {
        return match ($severity) {
            'ok', '2' => Severity::Ok,
            'notice', '3' => Severity::Notice,
            'warning', '4' => Severity::Warning,
            'critical', '5' => Severity::Error,
            default => Severity::Unknown,
        };
    }
}
