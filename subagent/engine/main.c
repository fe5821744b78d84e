#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/log_file.h"
#include "base/text.h"
#include "engine/arguments.h"
#include "engine/engine.h"
#include "engine/reload.h"
#include "engine/supervisor.h"
#include "ports/journal_process.h"
#include "ports/ups_process.h"

enum { LOG_END_LIMIT_MS = 1000 };

static void report(void *context, const char *message)
{
    (void)context;
    log_error("%s", message);
}

static void warn(void *context, const char *message)
{
    (void)context;
    log_warning("%s", message);
}

/* Children have "/" as their folder. NULL where it is not known, or too long. */
static const char *absolute_path(const char *path)
{
    static char whole[CONFIG_PATH_SIZE];
    char folder[CONFIG_PATH_SIZE];
    if (path[0] == '/')
        return path;
    if (!getcwd(folder, sizeof folder) || !text_format(whole, sizeof whole, "%s/%s", folder, path))
        return NULL;
    return whole;
}

/* As at the start. False: a file that has errors by now changes nothing. */
static bool config_again(const struct arguments *arguments, struct config *config)
{
    struct config new;
    if (config_load(arguments->config_path, &new, report, NULL) > 0)
        return false;
    if (arguments->time_scale > 1 && !config_scale_time(&new, arguments->time_scale)) {
        log_error("%s: --time-scale is for simulated lines only", arguments->config_path);
        config_release(&new);
        return false;
    }
    *config = new;
    return true;
}

/* What cannot be begun with must not end an engine that ran. */
static int engine_begin_anew(const struct arguments *arguments, struct engine_options *engine)
{
    struct config before = *engine->config;
    bool is_new = config_again(arguments, engine->config);
    reload_language(engine->config);
    int result = engine_run(engine);
    if (is_new && result == ENGINE_NOT_BEGUN) {
        log_error("%s cannot be begun with: the configuration before is in force again",
                  arguments->config_path);
        config_release(engine->config);
        *engine->config = before;
        reload_language(engine->config);
        return engine_run(engine);
    }
    if (is_new)
        config_release(&before);
    return result;
}

static int engine_run_again(const struct arguments *arguments, struct engine_options *engine)
{
    int result = engine_run(engine);
    while (result == ENGINE_AGAIN)
        result = engine_begin_anew(arguments, engine);
    return result == ENGINE_NOT_BEGUN ? EXIT_FAILURE : result;
}

static int run(const struct arguments *arguments, struct config *config)
{
    struct engine_options engine = {.config = config, .held_fd = -1};
    if (arguments->time_scale > 1 && !config_scale_time(config, arguments->time_scale)) {
        log_error("--time-scale is for simulated lines only, from 1 to 1000");
        return EX_USAGE;
    }
    if (arguments->simulates && config->backend != CONFIG_BACKEND_SIMULATED) {
        log_error("--input is for simulated lines only");
        return EX_USAGE;
    }
    if (arguments->print_config) {
        config_print(config, stdout);
        return fflush(stdout) == 0 ? EX_OK : EXIT_FAILURE;
    }
    reload_language(config);
    if (arguments->check)
        return EX_OK;
    engine.config_path = absolute_path(arguments->config_path);
    engine.held_fd = supervisor_take_held_fd();
    engine.looks_at_programs = engine.config_path && arguments->log_level >= LOG_LEVEL_WARNING;
    memcpy(engine.simulated, arguments->simulated, sizeof engine.simulated);
    if (log_file_begin() < 0)
        log_warning("a frozen disk would hold padamd, as its log is a file: %s", strerror(errno));
    int result = engine_run_again(arguments, &engine);
    log_file_end(LOG_END_LIMIT_MS);
    return result;
}

int main(int argc, char **argv)
{
    if (journal_process_is_wanted(argc, argv))
        return journal_process_main(argv);
    if (ups_process_is_wanted(argc, argv))
        return ups_process_main(argv);

    struct arguments arguments;
    struct config config;
    bool done = false;
    log_open("padamd", LOG_LEVEL_NOTICE);
    int result = arguments_take(&arguments, argc, argv, &done);
    if (done || result != EX_OK)
        return result;
    log_open("padamd", arguments.log_level);
    tzset();
    /* Its programs are looked at here where that is all there is to do; else beside the engine. */
    config_error_fn *look = arguments.check ? warn : NULL;
    if (config_load_with_warnings(arguments.config_path, &config, report, look, NULL) > 0)
        return EX_CONFIG;
    result = run(&arguments, &config);
    config_release(&config);
    return result;
}
