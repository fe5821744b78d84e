<?php

/**
 * librenms_stand_in.php FOLDER: runs the handler and the test of nms/librenms on as much of LibreNMS as they touch.
 * What is here was written to LibreNMS' documented interfaces; it shows that the two files fit each other, and no more.
 */

namespace App\Models {
    class Device
    {
        public string $hostname = 'padam.example';
        public string $ip = '192.0.2.7';
    }
}

namespace LibreNMS\Enum {
    enum Severity: int
    {
        case Unknown = 0;
        case Ok = 1;
        case Info = 2;
        case Notice = 3;
        case Warning = 4;
        case Error = 5;
    }
}

namespace LibreNMS\Interfaces {
    interface SnmptrapHandler
    {
        public function handle(\App\Models\Device $device, \LibreNMS\Snmptrap\Trap $trap);
    }
}

namespace PHPUnit\Framework\Attributes {
    #[\Attribute]
    final class DataProvider
    {
        public function __construct(public string $method)
        {
        }
    }
}

namespace LibreNMS\Snmptrap {
    class Trap
    {
        public array $logged = [];
        private array $oids = [];

        public function __construct(string $raw)
        {
            foreach (array_slice(explode("\n", trim($raw)), 2) as $line) {
                [$oid, $value] = explode(' ', $line, 2);
                $this->oids[$oid] = trim($value, '"');
            }
        }

        public function findOid(string $part): string
        {
            foreach (array_keys($this->oids) as $oid) {
                if (str_contains($oid, $part)) {
                    return $oid;
                }
            }

            return '';
        }

        public function getOidData(string $oid): ?string
        {
            return $this->oids[$oid] ?? null;
        }

        public function log(string $message, \LibreNMS\Enum\Severity $severity = \LibreNMS\Enum\Severity::Info): void
        {
            $this->logged[] = [$message, $severity];
        }
    }
}

namespace LibreNMS\Tests\Feature\SnmpTraps {
    abstract class SnmpTrapTestCase
    {
        public static array $handlers;

        protected function assertTrapLogsMessage(string $rawTrap, string $log, string $failureMessage, array $args): void
        {
            $device = new \App\Models\Device();
            $trap = new \LibreNMS\Snmptrap\Trap(
                str_replace(['{{ hostname }}', '{{ ip }}'], [$device->hostname, $device->ip], $rawTrap));
            $name = $trap->getOidData('SNMPv2-MIB::snmpTrapOID.0');
            if (! isset(self::$handlers[$name])) {
                throw new \RuntimeException("$failureMessage: no handler of $name");
            }
            (new self::$handlers[$name]())->handle($device, $trap);
            if ($trap->logged != [[$log, ...$args]]) {
                throw new \RuntimeException("$failureMessage: logged " . var_export($trap->logged, true));
            }
        }
    }
}

namespace {
    set_error_handler(fn ($number, $message) => throw new \ErrorException($message));
    [, $folder] = $argv;
    require "$folder/LibreNMS/Snmptrap/Handlers/PadamNotification.php";
    require "$folder/tests/Feature/SnmpTraps/PadamNotificationTest.php";
    LibreNMS\Tests\Feature\SnmpTraps\SnmpTrapTestCase::$handlers = (require "$folder/config/snmptraps.padam.php")['trap_handlers'];

    $passed = 0;
    $class = new ReflectionClass(LibreNMS\Tests\Feature\SnmpTraps\PadamNotificationTest::class);
    foreach ($class->getMethods() as $method) {
        foreach ($method->getAttributes(PHPUnit\Framework\Attributes\DataProvider::class) as $attribute) {
            foreach ($class->getMethod($attribute->newInstance()->method)->invoke(null) as $case) {
                $method->invoke($class->newInstance(), ...$case);
                $passed++;
            }
        }
    }
    echo "$passed passed\n";
}
