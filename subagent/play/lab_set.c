#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "play/lab.h"

enum { WORD_SIZE = 32, WORD_LIMIT = 3 * 8 };

/* The object that gives a command, and what is written to it; NULL: the command's argument. */
static const struct {
    const char *object, *value;
} orders[COMMAND_KIND_COUNT] = {
    [COMMAND_KIND_GENSET_START] = {"padamCtlGenset.0", "start"},
    [COMMAND_KIND_GENSET_STOP] = {"padamCtlGenset.0", "stop"},
    [COMMAND_KIND_GENSET_RESET] = {"padamCtlGenset.0", "reset"},
    [COMMAND_KIND_WILL_NOT_START] = {"padamCtlGenset.0", "willNotStart"},
    [COMMAND_KIND_EXERCISE] = {"padamCtlExerciseSeconds.0", NULL},
    [COMMAND_KIND_SHUTDOWN_ALL] = {"padamCtlShutdown.0", "all"},
    [COMMAND_KIND_SHUTDOWN_SERVER] = {"padamCtlShutdownServer.0", NULL},
    [COMMAND_KIND_SHUTDOWN_TIER] = {"padamCtlShutdownTier.0", NULL},
    [COMMAND_KIND_SHUTDOWN_CANCEL] = {"padamCtlShutdown.0", "cancel"},
    [COMMAND_KIND_READINESS_CHECK] = {"padamCtlReadiness.0", "check"},
    [COMMAND_KIND_HOLD_RELEASE] = {"padamCtlHold.0", "release"},
    [COMMAND_KIND_INHIBIT] = {"padamCtlInhibitSeconds.0", NULL},
    [COMMAND_KIND_DRILL_BEGIN] = {"padamCtlDrill.0", "begin"},
    [COMMAND_KIND_DRILL_END] = {"padamCtlDrill.0", "end"},
    [COMMAND_KIND_ACKNOWLEDGE] = {"padamCtlAckEvent.0", NULL},
    [COMMAND_KIND_ACCOUNT] = {"padamCtlAccountDeviation.0", NULL},
    [COMMAND_KIND_POWER_ON] = {"padamCtlPowerOn.0", NULL},
};

/* Triples of object, "=", value. */
struct varbinds {
    const char *words[WORD_LIMIT + 1];
    size_t count;
};

static void varbind_add(struct varbinds *varbinds, const char *object, const char *value)
{
    varbinds->words[varbinds->count++] = object;
    varbinds->words[varbinds->count++] = "=";
    varbinds->words[varbinds->count++] = value;
}

static void arm_add(struct varbinds *varbinds, const struct command *command)
{
    if (command->arm_genset || command->arm_servers)
        varbind_add(varbinds,
                    "padamCtlDrillArm.0",
                    !command->arm_servers  ? "genset"
                    : !command->arm_genset ? "servers"
                                           : "all");
}

/* argument: where a number is written; it must outlive the varbinds. */
static void varbinds_fill(const struct live *live, struct varbinds *varbinds,
                          const struct deed *deed, char argument[static WORD_SIZE])
{
    const struct command *command = &deed->command;
    const char *value = orders[command->kind].value;
    text_format(argument, WORD_SIZE, "%u", live_command_argument(live, deed));
    varbind_add(varbinds, orders[command->kind].object, value ? value : argument);
    varbind_add(varbinds, "padamCtlRequester.0", "player");
    if (command->confirmed)
        varbind_add(varbinds, "padamCtlConfirm.0", "true");
    arm_add(varbinds, command);
    if (command->kind == COMMAND_KIND_ACCOUNT) {
        varbind_add(varbinds, "padamCtlAccountText.0", "an account");
        varbind_add(varbinds, "padamCtlAccountAction.0", "a correction");
    }
}

/* Why the newest command was refused, as its row says. */
static enum reason refusal_read(struct live *live)
{
    char output[LAB_OUTPUT_SIZE];
    if (!lab_walk(live, "padamCommandReason", output))
        return REASON_NONE;
    char *rest = output, *line;
    const char *last = NULL;
    while ((line = strsep(&rest, "\n")))
        if (strstr(line, " = "))
            last = strstr(line, " = ") + strlen(" = ");
    return last ? live_reason_named(last) : REASON_NONE;
}

void lab_set(struct live *live, const struct deed *deed)
{
    struct varbinds varbinds = {.count = 0};
    char argument[WORD_SIZE], output[LAB_OUTPUT_SIZE];
    varbinds_fill(live, &varbinds, deed, argument);
    bool given = lab_tool(live, "snmpset", varbinds.words, output) == 0;
    enum reason reason = given ? REASON_NONE : refusal_read(live);
    struct fact *fact = live_fact(live, clock_now(), FACT_ANSWER);
    fact_set(fact, FIELD_VALUE, given ? PROMISE_GIVEN : PROMISE_REFUSED);
    fact_set(fact, FIELD_REASON, reason);
}
