/* What the record says of one incident. */
#include "cli/report/parts.h"

const struct row_record *report_verdict(const struct report *report, uint32_t incident,
                                        unsigned round, unsigned step)
{
    const struct row_record *row, *found = NULL;
    uint32_t key;
    for (size_t i = 0; (row = replica_at(report->replica, ROW_record, i, &key)); i++)
        if (row->incident == incident && row->round == round && row->step == step)
            found = row;
    return found;
}

void report_each_event(const struct report *report, event_taker *take)
{
    const struct row_event *row;
    uint32_t key;
    for (size_t i = 0; (row = replica_at(report->replica, ROW_event, i, &key)); i++)
        if (row->incident == report->number)
            take(report, key, row);
}

const struct row_event *report_event_find(const struct report *report, unsigned round,
                                          enum notification notification, int64_t from_wall_ms)
{
    const struct row_event *row;
    uint32_t key;
    for (size_t i = 0; (row = replica_at(report->replica, ROW_event, i, &key)); i++)
        if (row->incident == report->number && row->round == round &&
            row->notification == notification && row->time_wall_ms >= from_wall_ms)
            return row;
    return NULL;
}

int64_t report_genset_ran(const struct report *report, unsigned round)
{
    const struct row_record *report_running = report_verdict(report, report->number, round, 3);
    if (report_running && report_running->done_wall_ms > 0)
        return report_running->done_wall_ms;
    const struct row_event *started =
        report_event_find(report, round, NOTIFICATION_GENSET_STARTED, 0);
    return started ? started->time_wall_ms : 0;
}

struct server_tally report_servers_tally(const struct report *report)
{
    struct server_tally tally = {0};
    const struct row_event *row;
    uint32_t key;
    for (size_t i = 0; (row = replica_at(report->replica, ROW_event, i, &key)); i++) {
        bool is_down = row->notification == NOTIFICATION_SERVER_DOWN;
        if (row->incident != report->number)
            continue;
        tally.normal += is_down;
        tally.told += is_down || row->notification == NOTIFICATION_SERVER_NOT_CONFIRMED ||
                      row->notification == NOTIFICATION_SERVER_FAILED;
    }
    return tally;
}

struct deviation_tally report_deviations_tally(const struct report *report, uint32_t incident)
{
    struct deviation_tally tally = {0};
    const struct row_deviation *row;
    uint32_t key;
    for (size_t i = 0; (row = replica_at(report->replica, ROW_deviation, i, &key)); i++)
        if (row->incident == incident) {
            tally.count++;
            tally.unanswered += row->account_state == ACCOUNT_STATE_UNANSWERED;
        }
    return tally;
}
