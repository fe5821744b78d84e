#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "config/config.h"
#include "config/keys.h"
#include "config_text.h"

#define WIRED                                                                                      \
    "inputs = { mains_l1 = { chip = \"a\"; line = \"M\"; }; "                                      \
    "genset_running = { chip = \"a\"; offset = 7; }; };\n"
#define SIMULATED                                                                                  \
    "lines = { backend = \"simulated\"; };\n"                                                      \
    "inputs = { mains_l1 = { }; genset_running = { debounce_s = 1; }; };\n"
#define LATCHING_RUN                                                                               \
    "run = { chip = \"b\"; offset = 0; on_release = \"returns\"; latching = true; };"

static const char example[] = "docs/padam.conf";
static const char manual_page[] = "docs/man/padam.conf.5";

/* ---- values ---- */

static void short_file_has_all_defaults(void **state)
{
    (void)state;
    struct config config, defaults;
    config_text_load_well(WIRED, &config);
    config_set_defaults(&defaults);
    assert_memory_equal(&config.site.mains, &defaults.site.mains, sizeof config.site.mains);
    assert_memory_equal(&config.site.genset, &defaults.site.genset, sizeof config.site.genset);
    assert_memory_equal(
        &config.site.procedure, &defaults.site.procedure, sizeof config.site.procedure);
    assert_memory_equal(
        &config.site.shutdown, &defaults.site.shutdown, sizeof config.site.shutdown);
    assert_memory_equal(&config.engine, &defaults.engine, sizeof config.engine);
    assert_int_equal(config.backend, CONFIG_BACKEND_GPIO);
    assert_int_equal(config.time_scale, 1);
    assert_int_equal(config.site.server_count, 0);
    assert_null(config.server_commands);
    config_release(&config);
}

static int64_t number_of(const struct key *key, const void *value)
{
    if (key->type == KEY_COUNT)
        return *(const unsigned *)value;
    return *(const int64_t *)value;
}

static size_t default_ranges_check(const struct key_table *table, const void *entry)
{
    size_t checked = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct key *key = &table->keys[i];
        if (key->required || (key->type != KEY_DURATION && key->type != KEY_COUNT))
            continue;
        int64_t number = number_of(key, (const char *)entry + key->offset);
        if (number < key->min || number > key->max)
            fail_msg("the default of %s is out of its range", key->name);
        checked++;
    }
    return checked;
}

static void every_default_is_within_its_range(void **state)
{
    (void)state;
    struct config defaults;
    config_set_defaults(&defaults);
    size_t checked = 0;
    for (size_t i = 0; i < config_section_count; i++)
        checked += default_ranges_check(&config_sections[i].table,
                                        (const char *)&defaults + config_sections[i].offset);
    struct input_entry input = config_default_input(INPUT_ROLE_MAINS_L1);
    struct server_entry server = config_default_server();
    checked += default_ranges_check(&config_input_keys, &input);
    checked += default_ranges_check(&config_server_keys, &server);
    struct contact contact = config_default_contact();
    checked += default_ranges_check(&config_contact_keys, &contact);
    assert_true(checked > 35);
}

static void ranges_include_their_ends(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(WIRED "genset = { crank_s = 3; rest_s = 60.0; start_delay_s = 3600L; "
                                "attempts = 10; preheat_s = 0.0005; };"
                                "mains = { loss_debounce_s = 0.1; };",
                          &config);
    assert_int_equal(config.site.genset.crank_ms, 3000);
    assert_int_equal(config.site.genset.rest_ms, 60000);
    assert_int_equal(config.site.genset.start_delay_ms, 3600000);
    assert_int_equal(config.site.genset.attempts, 10);
    assert_int_equal(config.site.genset.preheat_ms, 1);
    assert_int_equal(config.site.mains.loss_debounce_ms, 100);
    config_release(&config);
}

static void a_controller_makes_its_own_attempts(void **state)
{
    (void)state;
    static const struct {
        const char *genset;
        unsigned attempts;
    } cases[] = {
        {"wiring = \"none\";", 3},
        {"wiring = \"held\";", 1},
        {"wiring = \"held\"; attempts = 3;", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        text_format(text,
                    sizeof text,
                    WIRED "genset = { %s }; %s",
                    cases[i].genset,
                    i ? "outputs = { " LATCHING_RUN " };" : "");
        struct config config;
        config_text_load_well(text, &config);
        assert_int_equal(config.site.genset.attempts, cases[i].attempts);
        config_release(&config);
    }
}

static void lines_are_read_by_role(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(
        "inputs = { mains_l1 = { chip = \"/dev/gpiochip1\"; line = \"M\"; active_low = true; "
        "bias = \"pull-up\"; debounce_s = 0.2; index = 77; name = \"PLN\"; };"
        "genset_running = { chip = \"a\"; offset = 7; bias = \"none\"; }; };"
        "genset = { wiring = \"run-crank\"; };"
        "outputs = { run = { chip = \"b\"; line = \"R\"; on_release = \"keeps\"; hold = true; };"
        "crank = { chip = \"b\"; offset = 0; on_release = \"keeps\"; exec_stop_post = true; }; };",
        &config);
    const struct line_settings *mains = &config.lines.inputs[INPUT_ROLE_MAINS_L1];
    assert_true(mains->wired && mains->active_low);
    assert_string_equal(mains->chip, "/dev/gpiochip1");
    assert_string_equal(mains->name, "M");
    assert_int_equal(mains->bias, LINE_BIAS_PULL_UP);
    const struct input_settings *input = &config.site.inputs[INPUT_ROLE_MAINS_L1];
    assert_true(input->wired);
    assert_int_equal(input->debounce_ms, 200);
    assert_int_equal(input->index, 77);
    assert_string_equal(input->name, "PLN");
    const struct line_settings *running = &config.lines.inputs[INPUT_ROLE_GENSET_RUNNING];
    assert_int_equal(running->offset, 7);
    assert_int_equal(running->bias, LINE_BIAS_NONE);
    input = &config.site.inputs[INPUT_ROLE_GENSET_RUNNING];
    assert_int_equal(input->index, INPUT_ROLE_GENSET_RUNNING);
    assert_string_equal(input->name, "genset-running");
    assert_int_equal(input->debounce_ms, 50);
    assert_false(config.site.inputs[INPUT_ROLE_FUEL_LOW].wired);
    assert_false(config.lines.inputs[INPUT_ROLE_FUEL_LOW].wired);
    const struct line_settings *run = &config.lines.outputs[OUTPUT_RUN];
    assert_true(run->wired && run->hold && !run->latching);
    assert_int_equal(run->on_release, LINE_ON_RELEASE_KEEPS);
    assert_true(config.lines.outputs[OUTPUT_CRANK].exec_stop_post);
    assert_true(config.site.output_wired[OUTPUT_RUN] && config.site.output_wired[OUTPUT_CRANK]);
    assert_false(config.site.output_wired[OUTPUT_STOP]);
    config_release(&config);
}

static void simulated_lines_need_no_place(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(SIMULATED, &config);
    assert_int_equal(config.backend, CONFIG_BACKEND_SIMULATED);
    assert_string_equal(config.simulator_socket, "/run/padam/lines.sock");
    config_release(&config);
}

static void servers_are_sorted_by_tier_then_index_with_their_commands(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(
        WIRED "servers = ( { index = 9; tier = 2; name = \"storage\"; shutdown = [\"/s\"]; },"
              "{ index = 5; name = \"b\"; shutdown = [\"/b\", \"\", \"x y\"]; force = [\"/f\"]; },"
              "{ index = 2; name = \"a\"; shutdown = (\"/a\"); alternative = [\"/c\"];"
              "  verify = [\"/v\"]; verify_interval_s = 2; retries = 0; } );",
        &config);
    assert_int_equal(config.site.server_count, 3);
    static const unsigned indexes[] = {2, 5, 9};
    static const char *const commands[] = {"/a", "/b", "/s"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(config.site.servers[i].index, indexes[i]);
        assert_string_equal(config.server_commands[i].shutdown[0], commands[i]);
    }
    char **argv = config.server_commands[1].shutdown;
    assert_string_equal(argv[1], "");
    assert_string_equal(argv[2], "x y");
    assert_null(argv[3]);
    assert_true(config.site.servers[0].has_alternative && !config.site.servers[0].has_force);
    assert_true(config.site.servers[1].has_force && !config.site.servers[1].has_alternative);
    assert_null(config.server_commands[1].verify);
    assert_int_equal(config.server_commands[0].verify_interval_ms, 2000);
    assert_int_equal(config.site.servers[0].retries, 0);
    assert_int_equal(config.site.servers[1].retries, 2);
    config_release(&config);
}

static void contacts_are_read_in_the_order_of_the_file(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(
        WIRED "notify = { escalate_after_s = 600; };"
              "contacts = ( { index = 9; name = \"head\"; command = [\"/m\", \"a b\"]; },"
              "{ index = 2; name = \"deputy\"; command = [\"/c\"]; format = \"text\"; order = 2;"
              "  role = \"head-of-section\"; least_severity = \"critical\"; retries = 0;"
              "  notifications = [\"report-failed\"]; timeout_s = 5; retry_pause_s = 1; } );",
        &config);
    const struct contact *head = &config.contacts[0], *deputy = &config.contacts[1];
    assert_int_equal(config.contact_count, 2);
    assert_int_equal(config.notify.escalate_after_ms, 600000);
    assert_int_equal(head->index, 9);
    assert_string_equal(head->command[1], "a b");
    assert_null(head->command[2]);
    assert_int_equal(head->role, ROLE_UNKNOWN);
    assert_int_equal(head->format, CONTACT_FORMAT_JSON);
    assert_int_equal(head->order, 1);
    assert_int_equal(head->retries, 10);
    assert_null(head->notifications);
    assert_int_equal(deputy->role, ROLE_HEAD_OF_SECTION);
    assert_int_equal(deputy->format, CONTACT_FORMAT_TEXT);
    assert_int_equal(deputy->least_severity, SEVERITY_CRITICAL);
    assert_string_equal(deputy->notifications[0], "report-failed");
    assert_int_equal(deputy->timeout_ms, 5000);
    assert_int_equal(deputy->retry_pause_ms, 1000);
    config_release(&config);
}

static void due_times_may_coincide(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(WIRED "procedure = { start_due_s = 600; shutdown_due_s = 600; };",
                          &config);
    assert_int_equal(config.site.procedure.start_due_ms, config.site.procedure.shutdown_due_ms);
    config_release(&config);
}

static void shutdown_counted_from_its_opening_may_be_due_early(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(
        WIRED "procedure = { shutdown_due_s = 60; shutdown_due_from_opening = true; };", &config);
    assert_int_equal(config.site.procedure.shutdown_due_ms, 60000);
    assert_true(config.site.procedure.shutdown_due_from_opening);
    config_release(&config);
}

static void release_clears_and_accepts_what_is_empty(void **state)
{
    (void)state;
    struct config config, zero;
    memset(&zero, 0, sizeof zero);
    config_text_load_well(WIRED, &config);
    config_release(&config);
    assert_memory_equal(&config, &zero, sizeof config);
    config_release(&config);
    config_release(NULL);
}

static void words_are_those_of_the_core(void **state)
{
    (void)state;
    for (unsigned role = INPUT_ROLE_MAINS_L1; role < INPUT_ROLE_COUNT; role++) {
        char word[NAME_SIZE];
        text_copy(word, sizeof word, input_role_name((enum input_role)role));
        for (char *at = strchr(word, '-'); at; at = strchr(at, '-'))
            *at = '_';
        assert_string_equal(config_input_word((enum input_role)role), word);
        assert_non_null(config_input_purpose((enum input_role)role));
    }
    for (unsigned role = 0; role < OUTPUT_ROLE_COUNT; role++) {
        assert_string_equal(config_output_word((enum output_role)role),
                            output_role_name((enum output_role)role));
        assert_non_null(config_output_purpose((enum output_role)role));
    }
    assert_null(config_input_word((enum input_role)0));
    assert_string_equal(output_role_name(OUTPUT_ROLE_COUNT), "invalid");
}

/* ---- scaled time ---- */

static void scaled_time_divides_every_duration(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(SIMULATED "servers = ( { index = 1; name = \"a\"; shutdown = [\"/a\"]; "
                                    "off_within_s = 600; } );"
                                    "contacts = ( { index = 1; name = \"a\"; "
                                    "command = [\"/a\"]; } );",
                          &config);
    assert_int_equal(config.hash, config_hash(&config));
    assert_true(config_scale_time(&config, 60));
    assert_int_equal(config.time_scale, 60);
    assert_int_not_equal(config.hash, config_hash(&config));
    assert_int_equal(config.site.procedure.start_due_ms, 5000);
    assert_int_equal(config.site.genset.preheat_ms, 0);
    assert_int_equal(config.site.genset.attempts, 3);
    assert_int_equal(config.site.inputs[INPUT_ROLE_MAINS_L1].debounce_ms, 1);
    assert_int_equal(config.site.inputs[INPUT_ROLE_GENSET_RUNNING].debounce_ms, 17);
    assert_int_equal(config.site.servers[0].off_within_ms, 10000);
    assert_int_equal(config.server_commands[0].verify_interval_ms, 167);
    assert_string_equal(config.server_commands[0].shutdown[0], "/a");
    assert_int_equal(config.contacts[0].retry_pause_ms, 1000);
    config_release(&config);
}

static void real_lines_are_never_scaled(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(WIRED, &config);
    assert_false(config_scale_time(&config, 60));
    assert_int_equal(config.site.procedure.start_due_ms, 300000);
    config_release(&config);
    config_text_load_well(SIMULATED, &config);
    assert_false(config_scale_time(&config, 0));
    assert_false(config_scale_time(&config, 1001));
    assert_int_equal(config.time_scale, 1);
    config_release(&config);
}

/* ---- text out ---- */

static uint64_t hash_of(const char *text)
{
    struct config config;
    config_text_load_well(text, &config);
    uint64_t hash = config_hash(&config);
    config_release(&config);
    return hash;
}

static void hash_is_of_the_meaning_not_the_text(void **state)
{
    (void)state;
    uint64_t plain = hash_of(WIRED);
    assert_int_equal(plain, hash_of("# comment\n" WIRED "genset = { crank_s = 8.0; };"));
    assert_int_not_equal(plain, hash_of(WIRED "genset = { crank_s = 8.001; };"));
    assert_int_not_equal(plain, hash_of(WIRED "office = { legal_basis = [\"a\"]; };"));
    assert_int_not_equal(
        hash_of(WIRED "servers = ({ index = 1; name = \"a\"; shutdown = [\"/a\", \"b c\"]; });"),
        hash_of(WIRED
                "servers = ({ index = 1; name = \"a\"; shutdown = [\"/a\", \"b\", \"c\"]; });"));
    assert_int_not_equal(
        hash_of(WIRED "contacts = ({ index = 1; name = \"a\"; command = [\"/a\"]; });"),
        hash_of(WIRED "contacts = ({ index = 1; name = \"a\"; command = [\"/b\"]; });"));
}

typedef void writer_fn(FILE *to, const void *context);

static char *text_written(writer_fn *write, const void *context)
{
    static char *text;
    static size_t size;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    write(to, context);
    assert_int_equal(fclose(to), 0);
    return text;
}

static void write_print(FILE *to, const void *context)
{
    config_print(context, to);
}

static void write_description(FILE *to, const void *context)
{
    (void)context;
    config_describe(to);
}

static void print_quotes_and_shows_every_part(void **state)
{
    (void)state;
    struct config config;
    config_text_load_well(
        SIMULATED "site = { name = \"a \\\"b\\\" \\\\\"; }; mains = { loss_debounce_s = 0.25; };"
                  "servers = ({ index = 1; name = \"s\"; shutdown = [\"/a\", \"b\\tc\"]; });",
        &config);
    char *text = text_written(write_print, &config);
    static const char *const lines[] = {
        "site.name = \"a \\\"b\\\" \\\\\"\n",
        "\nmains.loss_debounce_s = 0.25\n",
        "\ngenset.wiring = \"none\"\n",
        "\nshutdown.automatic = true\n",
        "\nequipment.network = []\n",
        "\noffice.genset_operator.position = \"Operator Genset\"\n",
        "\ninputs.genset_running.debounce_s = 1\n",
        "\nservers[0].shutdown = [\"/a\", \"b\\x09c\"]\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_non_null(strstr(text, lines[i]));
    free(text);
    config_release(&config);
}

static void description_lacks_only_what_must_be_wired(void **state)
{
    (void)state;
    char *text = text_written(write_description, NULL);
    struct config config;
    struct messages messages;
    assert_int_equal(config_text_load(text, strlen(text), &config, &messages), 2);
    assert_non_null(strstr(messages.text, "inputs.mains_l1 is missing"));
    assert_non_null(strstr(messages.text, "inputs.genset_running is missing"));
    free(text);
}

/* "# key = value;" at the first place of its line is a default: takes the "# " away. */
static size_t defaults_uncomment(char *text)
{
    size_t count = 0;
    for (char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        size_t indent = strspn(line, " ");
        char *end = line + strcspn(line, "\n");
        if (line[indent] != '#' || line[indent + 1] != ' ' || line[indent + 2] == ' ' ||
            end[-1] != ';')
            continue;
        memset(line + indent, ' ', 2);
        count++;
    }
    return count;
}

static void described_defaults_are_the_defaults(void **state)
{
    (void)state;
    char *description = text_written(write_description, NULL);
    size_t uncommented = defaults_uncomment(description);
    assert_true(uncommented > 50);
    /* The description has no inputs: what is wired replaces its empty group. */
    char *inputs = strstr(description, "\ninputs = {");
    assert_non_null(inputs);
    size_t size = (size_t)(inputs - description) + sizeof WIRED + 1;
    char *text = malloc(size);
    assert_non_null(text);
    assert_true(
        text_format(text, size, "%.*s\n%s", (int)(inputs - description), description, WIRED));
    assert_int_equal(hash_of(text), hash_of(WIRED));
    free(text);
    free(description);
}

static void keys_described_check(const char *text, const struct key_table *table,
                                 const char *before)
{
    for (size_t i = 0; i < table->count; i++) {
        char words[NAME_SIZE * 2];
        text_format(words, sizeof words, "\n%s%s", before, table->keys[i].name);
        assert_non_null(strstr(text, words));
        assert_non_null(strstr(text, table->keys[i].purpose));
    }
}

static void every_key_is_described(void **state)
{
    (void)state;
    char *text = text_written(write_description, NULL);
    for (size_t i = 0; i < config_section_count; i++)
        keys_described_check(text,
                             &config_sections[i].table,
                             strchr(config_sections[i].name, '.') ? "        # " : "    # ");
    keys_described_check(text, &config_input_keys, "    #   ");
    keys_described_check(text, &config_output_keys, "    #   ");
    keys_described_check(text, &config_server_keys, "    #   ");
    keys_described_check(text, &config_contact_keys, "    #   ");
    free(text);
}

/* ---- the manual page ---- */

struct default_of {
    const struct key *key;
    const void *value;
};

static void write_manual_entry(FILE *to, const void *context)
{
    const struct default_of *of = context;
    fprintf(to, "\n.B %s\n%s.\n", of->key->name, of->key->purpose);
    if (of->key->type < KEY_DURATION || of->key->type > KEY_CHOICE)
        return;
    char expected[EXPECTED_SIZE];
    config_expected_describe(of->key, expected);
    fprintf(to, "%c%s", toupper((unsigned char)expected[0]), expected + 1);
    if (of->key->required)
        return;
    struct printer printer;
    config_printer_to_file(&printer, to);
    fputs("; default ", to);
    config_value_print(&printer, of->key, of->value);
}

static void manual_entries_check(const char *manual, const struct key_table *table,
                                 const void *entry)
{
    for (size_t i = 0; i < table->count; i++) {
        struct default_of of = {&table->keys[i], (const char *)entry + table->keys[i].offset};
        char *expected = text_written(write_manual_entry, &of);
        if (!strstr(manual, expected))
            fail_msg("%s lacks:%s", manual_page, expected);
        free(expected);
    }
}

static void manual_page_has_every_key_with_range_and_default(void **state)
{
    (void)state;
    char *manual = config_text_of_file(manual_page);
    struct config defaults;
    config_set_defaults(&defaults);
    for (size_t i = 0; i < config_section_count; i++)
        manual_entries_check(
            manual, &config_sections[i].table, (const char *)&defaults + config_sections[i].offset);
    struct input_entry input = config_default_input(INPUT_ROLE_MAINS_L1);
    struct line_settings output = config_default_output();
    struct server_entry server = config_default_server();
    manual_entries_check(manual, &config_input_keys, &input);
    manual_entries_check(manual, &config_output_keys, &output);
    manual_entries_check(manual, &config_server_keys, &server);
    struct contact contact = config_default_contact();
    manual_entries_check(manual, &config_contact_keys, &contact);
    free(manual);
}

/* ---- the example ---- */

static void manual_page_has_every_notification(void **state)
{
    (void)state;
    char *manual = config_text_of_file(manual_page);
    const char *none = notification_name((enum notification)NOTIFICATION_COUNT);
    unsigned found = 0;
    for (unsigned i = NOTIFICATION_UNKNOWN + 1; i < NOTIFICATION_COUNT; i++) {
        const char *name = notification_name((enum notification)i);
        if (strcmp(name, none) == 0)
            continue;
        if (!strstr(manual, name))
            fail_msg("%s lacks %s", manual_page, name);
        found++;
    }
    assert_true(found > 40);
    free(manual);
}

static void example_is_accepted(void **state)
{
    (void)state;
    char *text = config_text_of_file(example);
    struct config config;
    config_text_load_well(text, &config);
    assert_int_equal(config.site.genset.wiring, GENSET_WIRING_HELD);
    assert_true(config.site.server_count > 0);
    assert_non_null(config.office.legal_basis[3]);
    config_release(&config);
    free(text);
}

/* Every line of the description stands in the example, in its order; the site's own lie between. */
static void example_holds_the_description_as_it_is(void **state)
{
    (void)state;
    char *text = config_text_of_file(example);
    char *description = text_written(write_description, NULL);
    char *rest = text, *place = NULL;
    for (char *line = strtok_r(description, "\n", &place); line;
         line = strtok_r(NULL, "\n", &place)) {
        char *own = strsep(&rest, "\n");
        while (own && strcmp(own, line) != 0)
            own = strsep(&rest, "\n");
        if (!own)
            fail_msg("%s lacks, or has elsewhere: %s", example, line);
    }
    free(description);
    free(text);
}

static size_t occurrences(const char *text, const char *words)
{
    size_t count = 0;
    while ((text = strstr(text, words))) {
        count++;
        text += strlen(words);
    }
    return count;
}

static void example_describes_no_key_that_is_gone(void **state)
{
    (void)state;
    char *text = config_text_of_file(example);
    char *description = text_written(write_description, NULL);
    assert_int_equal(occurrences(text, " Takes "), occurrences(description, " Takes "));
    assert_int_equal(occurrences(text, " Required: "), occurrences(description, " Required: "));
    free(description);
    free(text);
}

/* Only what stands in the file's own words, to have less to break. */
static char *example_without_comments(void)
{
    char *text = config_text_of_file(example);
    char *to = text;
    for (char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        size_t indent = strspn(line, " ");
        bool keep = indent < length && line[indent] != '#';
        size_t step = length + (line[length] == '\n');
        if (keep) {
            memmove(to, line, step);
            to += step;
        }
        line += step;
    }
    *to = '\0';
    return text;
}

static int brackets_open(const char *text, size_t length)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        quoted ^= text[i] == '"';
        if (!quoted && strchr("{[(", text[i]))
            depth++;
        if (!quoted && strchr("}])", text[i]))
            depth--;
    }
    return depth + quoted;
}

static void cut_file_is_reported_wherever_it_is_cut(void **state)
{
    (void)state;
    char *text = example_without_comments();
    size_t length = strlen(text);
    assert_true(length > 1000);
    for (size_t cut = 0; cut < length; cut++) {
        struct config config;
        struct messages messages;
        int errors = config_text_load(text, cut, &config, &messages);
        assert_int_equal(errors, messages.count);
        if (brackets_open(text, cut))
            assert_true(errors > 0);
        if (!errors)
            config_release(&config);
    }
    free(text);
}

static void changed_byte_is_read_or_reported(void **state)
{
    (void)state;
    static const char changes[] = "\"{;9-\\";
    char *text = example_without_comments();
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        char original = text[i];
        text[i] = changes[i % (sizeof changes - 1)];
        struct config config;
        struct messages messages;
        int errors = config_text_load(text, length, &config, &messages);
        assert_int_equal(errors, messages.count);
        if (!errors)
            config_release(&config);
        text[i] = original;
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_file_has_all_defaults),
        cmocka_unit_test(every_default_is_within_its_range),
        cmocka_unit_test(ranges_include_their_ends),
        cmocka_unit_test(a_controller_makes_its_own_attempts),
        cmocka_unit_test(lines_are_read_by_role),
        cmocka_unit_test(simulated_lines_need_no_place),
        cmocka_unit_test(servers_are_sorted_by_tier_then_index_with_their_commands),
        cmocka_unit_test(contacts_are_read_in_the_order_of_the_file),
        cmocka_unit_test(due_times_may_coincide),
        cmocka_unit_test(shutdown_counted_from_its_opening_may_be_due_early),
        cmocka_unit_test(release_clears_and_accepts_what_is_empty),
        cmocka_unit_test(words_are_those_of_the_core),
        cmocka_unit_test(scaled_time_divides_every_duration),
        cmocka_unit_test(real_lines_are_never_scaled),
        cmocka_unit_test(hash_is_of_the_meaning_not_the_text),
        cmocka_unit_test(print_quotes_and_shows_every_part),
        cmocka_unit_test(description_lacks_only_what_must_be_wired),
        cmocka_unit_test(described_defaults_are_the_defaults),
        cmocka_unit_test(every_key_is_described),
        cmocka_unit_test(manual_page_has_every_key_with_range_and_default),
        cmocka_unit_test(manual_page_has_every_notification),
        cmocka_unit_test(example_is_accepted),
        cmocka_unit_test(example_holds_the_description_as_it_is),
        cmocka_unit_test(example_describes_no_key_that_is_gone),
        cmocka_unit_test(cut_file_is_reported_wherever_it_is_cut),
        cmocka_unit_test(changed_byte_is_read_or_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
