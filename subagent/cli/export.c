/* A whole table as the engine has it, oldest first: CSV (RFC 4180) or JSON. */
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/table.h"

static const struct {
    const char *name;
    enum row_table table;
} tables[] = {
    {"incidents", ROW_incident},
    {"records", ROW_record},
    {"deviations", ROW_deviation},
    {"events", ROW_event},
    {"commands", ROW_command},
    {"messages", ROW_message},
    {"servers", ROW_server},
};

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

static const char help[] =
    "usage: padam export TABLE [--csv|--json] [--socket PATH]\n"
    "\n"
    "Writes all that the engine keeps of a table, oldest first, times in UTC:\n"
    "incidents, records, deviations, events, commands, messages, servers. What it let go for\n"
    "its limits is in the journal alone.\n"
    "\n"
    "  --csv          comma-separated, with a line of names; this is the default.\n"
    "                 A text that a spreadsheet would take for a formula has an\n"
    "                 apostrophe in front\n"
    "  --json         a JSON array\n"
    "  --socket PATH  the engine's socket (" PATH_ENGINE_SOCKET ")\n"
    "  --help         this text\n" CLI_EXIT_HELP;

/* ---- CSV ---- */

/* Requesters and accounts are written by others: none of them is to become a formula. */
static void csv_text(FILE *to, const char *text)
{
    putc('"', to);
    if (*text && strchr("=+-@\t\r", *text))
        putc('\'', to);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', to);
        putc(*text, to);
    }
    putc('"', to);
}

static void csv_time(FILE *to, int64_t wall_ms)
{
    char text[JSON_TIME_SIZE];
    if (json_time_format(wall_ms, text))
        fputs(text, to);
}

static void csv_instant(FILE *to, instant at, struct derive_moment moment)
{
    if (instant_is_set(at))
        csv_time(to, moment.wall_ms + instant_diff_ms(at, moment.now));
}

/* What is absent is empty. */
static void csv_field(FILE *to, const struct field_descriptor *field, const unsigned char *at,
                      struct derive_moment moment)
{
    uint32_t number = 0;
    int64_t ms = 0;
    instant when;
    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_UNSIGNED:
        memcpy(&number, at, sizeof number);
        if (field->type == FIELD_ENUM)
            csv_text(to, field->enum_name(number));
        else
            fprintf(to, "%" PRIu32, number);
        break;
    case FIELD_DURATION:
        memcpy(&ms, at, sizeof ms);
        if (ms != DERIVE_ABSENT)
            fprintf(to, "%" PRId64, ms);
        break;
    case FIELD_WALL:
        memcpy(&ms, at, sizeof ms);
        csv_time(to, ms);
        break;
    case FIELD_INSTANT:
        memcpy(&when, at, sizeof when);
        csv_instant(to, when, moment);
        break;
    case FIELD_TEXT:
        csv_text(to, (const char *)at);
        break;
    }
}

static void csv_print(FILE *to, const struct replica *replica, enum row_table table,
                      struct derive_moment moment)
{
    const struct row_descriptor *descriptor = &row_descriptors[table];
    const unsigned char *row;
    uint32_t key;
    fputs("index", to);
    for (size_t i = 0; i < descriptor->field_count; i++)
        fprintf(to, ",%s", descriptor->fields[i].name);
    fputs("\r\n", to);
    for (size_t place = 0; (row = replica_at(replica, table, place, &key)); place++) {
        fprintf(to, "%" PRIu32, key);
        for (size_t i = 0; i < descriptor->field_count; i++) {
            putc(',', to);
            csv_field(to, &descriptor->fields[i], row + descriptor->fields[i].offset, moment);
        }
        fputs("\r\n", to);
    }
}

/* ---- the subcommand ---- */

struct wanted {
    const char *socket;
    bool json;
    enum row_table table;
};

static enum options_result table_take(int count, char **words, struct wanted *wanted)
{
    for (size_t i = 0; count == 1 && i < TABLE_COUNT; i++)
        if (strcmp(words[0], tables[i].name) == 0) {
            wanted->table = tables[i].table;
            return OPTIONS_GO;
        }
    fputs("padam: export: expected one of", stderr);
    for (size_t i = 0; i < TABLE_COUNT; i++)
        fprintf(stderr, "%s %s", i ? "," : "", tables[i].name);
    fputc('\n', stderr);
    return OPTIONS_WRONG;
}

static enum options_result wanted_read(int argc, char **argv, struct wanted *wanted)
{
    static const struct option known[] = {
        {"csv", no_argument, NULL, 'c'},
        {"json", no_argument, NULL, 'j'},
        {"socket", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    *wanted = (struct wanted){.socket = PATH_ENGINE_SOCKET};
    optind = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        switch (option) {
        case 'c':
        case 'j':
            wanted->json = option == 'j';
            break;
        case 's':
            wanted->socket = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return OPTIONS_HELPED;
        default:
            fputs("padam: see \"padam export --help\"\n", stderr);
            return OPTIONS_WRONG;
        }
    }
    return table_take(argc - optind, argv + optind, wanted);
}

static enum cli_exit table_export(const struct replica *replica, const struct wanted *wanted)
{
    instant now = clock_now();
    const struct derive_moment moment = {now, clock_wall_ms_at(now)};
    if (wanted->json)
        table_print_json(stdout, replica, wanted->table, moment, UINT32_MAX);
    else
        csv_print(stdout, replica, wanted->table, moment);
    return output_end();
}

int export_run(int argc, char **argv)
{
    struct wanted wanted;
    enum cli_exit exit_code;
    enum options_result result = wanted_read(argc, argv, &wanted);
    if (result != OPTIONS_GO)
        return result == OPTIONS_HELPED ? output_end() : CLI_EXIT_USAGE;
    struct client *client = engine_fetch(wanted.socket, &exit_code);
    if (client)
        exit_code = table_export(client_replica(client), &wanted);
    client_free(client);
    return exit_code;
}
