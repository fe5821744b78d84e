#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/severity.h"

enum { BEYOND = 200 };

/* ---- each by the number of its state ---- */

static enum severity of_mains(unsigned state)
{
    return severity_of_mains((enum mains_state)state);
}

static enum severity of_genset(unsigned state)
{
    static struct state all;
    all.genset.state = (enum genset_state)state;
    return severity_of_genset(&all);
}

static enum severity of_ups(unsigned state)
{
    return severity_of_ups((enum ups_status)state, UPS_LINK_OK);
}

static enum severity of_ups_link(unsigned state)
{
    return severity_of_ups(UPS_STATUS_UNKNOWN, (enum ups_link)state);
}

static enum severity of_server(unsigned state)
{
    return severity_of_server(&(struct server){.state = (enum server_state)state});
}

static enum severity of_result(unsigned state)
{
    return severity_of_server(&(struct server){.result = (enum shutdown_result)state});
}

static enum severity of_power(unsigned state)
{
    return severity_of_server(&(struct server){.power.state = (enum power_state)state});
}

static enum severity of_step(unsigned state)
{
    return severity_of_step(&(struct step){.state = (enum step_state)state}, true);
}

static enum severity of_equipment(unsigned state)
{
    return severity_of_equipment((enum equipment_state)state);
}

static enum severity of_journal(unsigned state)
{
    return severity_of_journal((enum journal_state)state);
}

static enum severity of_hold(unsigned state)
{
    return severity_of_hold((enum hold_state)state);
}

static const struct {
    enum severity (*of)(unsigned state);
    unsigned good, bad;
    enum severity of_good, of_bad;
} kinds[] = {
    {of_mains, MAINS_STATE_PRESENT, MAINS_STATE_LOST, SEVERITY_OK, SEVERITY_CRITICAL},
    {of_genset, GENSET_STATE_STOPPED, GENSET_STATE_START_FAILED, SEVERITY_OK, SEVERITY_CRITICAL},
    {of_ups, UPS_STATUS_ONLINE, UPS_STATUS_LOW_BATTERY, SEVERITY_OK, SEVERITY_CRITICAL},
    {of_ups_link, UPS_LINK_OK, UPS_LINK_STALE, SEVERITY_UNKNOWN, SEVERITY_WARNING},
    {of_server, SERVER_STATE_IDLE, SERVER_STATE_NOT_OFF, SEVERITY_OK, SEVERITY_CRITICAL},
    {of_result,
     SHUTDOWN_RESULT_VERIFIED_OFF,
     SHUTDOWN_RESULT_FAILED,
     SEVERITY_UNKNOWN,
     SEVERITY_CRITICAL},
    {of_power, POWER_STATE_UP, POWER_STATE_NOT_UP, SEVERITY_UNKNOWN, SEVERITY_WARNING},
    {of_step, STEP_STATE_MET, STEP_STATE_MISSED, SEVERITY_OK, SEVERITY_CRITICAL},
    {of_equipment, EQUIPMENT_STATE_READY, EQUIPMENT_STATE_MISSING, SEVERITY_OK, SEVERITY_WARNING},
    {of_journal, JOURNAL_STATE_OK, JOURNAL_STATE_FAILED, SEVERITY_OK, SEVERITY_CRITICAL},
    {of_hold, HOLD_STATE_NONE, HOLD_STATE_HELD, SEVERITY_OK, SEVERITY_CRITICAL},
};

static void good_is_good_bad_is_bad_and_what_has_no_name_is_unknown(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_int_equal(kinds[i].of(kinds[i].good), kinds[i].of_good);
        assert_int_equal(kinds[i].of(kinds[i].bad), kinds[i].of_bad);
        assert_int_equal(kinds[i].of(0), SEVERITY_UNKNOWN);
        assert_int_equal(kinds[i].of(BEYOND), SEVERITY_UNKNOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_is_good_bad_is_bad_and_what_has_no_name_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
