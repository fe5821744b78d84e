#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "row_samples.h"
#include "wire/wire.h"

enum { HEAD_SIZE = offsetof(struct wire_message, hello) };

struct pair {
    int ours, theirs;
};

static int pair_open(void **state)
{
    static struct pair pair;
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
        return -1;
    pair = (struct pair){fds[0], fds[1]};
    *state = &pair;
    return 0;
}

static int pair_close(void **state)
{
    const struct pair *pair = *state;
    close(pair->ours);
    close(pair->theirs);
    return 0;
}

static struct wire_message sent;

static void assert_arrives_whole(const struct pair *pair)
{
    struct wire_message received;
    memset(&received, 0xAA, sizeof received);
    size_t size = wire_message_size(&sent);
    assert_true(size >= HEAD_SIZE && size <= WIRE_MESSAGE_MAX);
    assert_int_equal(wire_send(pair->theirs, &sent), 0);
    assert_int_equal(wire_receive(pair->ours, &received), 1);
    assert_memory_equal(&sent, &received, size);
}

static void assert_refused(const struct pair *pair, const void *bytes, size_t size)
{
    struct wire_message received;
    assert_int_equal(send(pair->theirs, bytes, size, 0), size);
    errno = 0;
    assert_int_equal(wire_receive(pair->ours, &received), -1);
    assert_int_equal(errno, EBADMSG);
}

static void sent_begin(enum wire_type type)
{
    memset(&sent, 0, sizeof sent);
    sent.type = type;
}

/* A valid message of each type. */
static void sent_fill(enum wire_type type)
{
    union row_sample row;
    sent_begin(type);
    switch (type) {
    case WIRE_HELLO:
        wire_hello_fill(&sent, WIRE_ROLE_NOTIFIER, "padam-agentx");
        break;
    case WIRE_REFUSED:
        sent.refused = (struct wire_refused){.schema_hash = 9, .version = "1", .text = "no"};
        break;
    case WIRE_ROW:
        row_sample_fill(&row, ROW_event, 3);
        wire_row_fill(&sent, ROW_event, 12, &row);
        break;
    case WIRE_DELIVERY:
        sent.delivery = (struct wire_delivery){5, DELIVERY_ACCEPTED, 0};
        break;
    case WIRE_ASK:
        sent.ask.command.kind = COMMAND_KIND_GENSET_START;
        sent.ask.command.confirmed = true;
        strcpy(sent.ask.requester, "operator");
        break;
    case WIRE_OUTCOME:
        sent.outcome = (struct wire_outcome){3, COMMAND_STATE_SUCCEEDED, REASON_NONE};
        break;
    default:
        break;
    }
}

static void every_row_type_arrives_as_it_was(void **state)
{
    for (unsigned table = 0; table < ROW_TABLE_COUNT; table++) {
        union row_sample row;
        row_sample_fill(&row, table, table + 1);
        wire_row_fill(&sent, table, 1000 + table, &row);
        assert_int_equal(wire_message_size(&sent),
                         HEAD_SIZE + offsetof(struct wire_row, payload) +
                             row_descriptors[table].size);
        assert_arrives_whole(*state);
        assert_memory_equal(sent.row.payload, &row, row_descriptors[table].size);
    }
}

static void every_message_type_arrives_as_it_was(void **state)
{
    for (unsigned type = WIRE_HELLO; type < WIRE_TYPE_END; type++) {
        sent_fill(type);
        assert_arrives_whole(*state);
    }
}

static void tombstones_carry_no_payload(void **state)
{
    wire_row_fill(&sent, ROW_server, 4, NULL);
    assert_int_equal(wire_message_size(&sent), HEAD_SIZE + offsetof(struct wire_row, payload));
    assert_arrives_whole(*state);
}

static void message_of_another_size_is_refused_for_every_type(void **state)
{
    for (unsigned type = WIRE_HELLO; type < WIRE_TYPE_END; type++) {
        sent_fill(type);
        size_t size = wire_message_size(&sent);
        assert_refused(*state, &sent, size - 1);
        assert_refused(*state, &sent, size + 1);
        assert_refused(*state, &sent, HEAD_SIZE - 1);
        assert_refused(*state, &sent, 1);
    }
}

static void message_larger_than_the_buffer_is_refused(void **state)
{
    unsigned char bytes[WIRE_MESSAGE_MAX + 100] = {0};
    sent_fill(WIRE_HEARTBEAT);
    memcpy(bytes, &sent, HEAD_SIZE);
    assert_refused(*state, bytes, sizeof bytes);
}

static void unknown_types_are_refused(void **state)
{
    static const uint32_t types[] = {0, WIRE_TYPE_END, UINT32_MAX};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        sent_begin(WIRE_HEARTBEAT);
        sent.type = types[i];
        assert_int_equal(wire_message_size(&sent), 0);
        assert_refused(*state, &sent, HEAD_SIZE);
    }
}

static void unknown_tables_are_refused(void **state)
{
    sent_fill(WIRE_ROW);
    size_t size = wire_message_size(&sent);
    sent.row.table = ROW_TABLE_COUNT;
    assert_refused(*state, &sent, size);
    sent.row.deleted = 1;
    assert_refused(*state, &sent, HEAD_SIZE + offsetof(struct wire_row, payload));
}

static void empty_message_is_refused_and_not_taken_for_the_end(void **state)
{
    const struct pair *pair = *state;
    assert_refused(pair, "", 0);
    sent_fill(WIRE_HEARTBEAT);
    assert_arrives_whole(pair);
}

static void values_that_fields_do_not_allow_are_refused(void **state)
{
    enum wire_type type = WIRE_HELLO;
#define REFUSED_WITH(message_type, assignment)                                                     \
    type = message_type;                                                                           \
    sent_fill(type);                                                                               \
    assignment;                                                                                    \
    assert_refused(*state, &sent, wire_message_size(&sent));
    static const unsigned char two = 2;
    REFUSED_WITH(WIRE_HELLO, sent.hello.role = WIRE_ROLE_COUNT)
    REFUSED_WITH(WIRE_HELLO, memset(sent.hello.version, 'x', sizeof sent.hello.version))
    REFUSED_WITH(WIRE_HELLO, strcpy(sent.hello.program, "\xFF"))
    REFUSED_WITH(WIRE_REFUSED, memset(sent.refused.text, 'x', sizeof sent.refused.text))
    REFUSED_WITH(WIRE_REFUSED, memset(sent.refused.version, 'x', sizeof sent.refused.version))
    REFUSED_WITH(WIRE_ROW, ((struct row_event *)sent.row.payload)->severity = 0)
    REFUSED_WITH(WIRE_DELIVERY, sent.delivery.state = 0)
    REFUSED_WITH(WIRE_DELIVERY, sent.delivery.state = DELIVERY_COUNT)
    REFUSED_WITH(WIRE_DELIVERY, sent.delivery.delay_ms = -2)
    REFUSED_WITH(WIRE_ASK, sent.ask.command.kind = COMMAND_KIND_UNKNOWN)
    REFUSED_WITH(WIRE_ASK, sent.ask.command.kind = (enum command_kind)COMMAND_KIND_COUNT)
    REFUSED_WITH(WIRE_ASK, memcpy(&sent.ask.command.confirmed, &two, 1))
    REFUSED_WITH(WIRE_ASK, memcpy(&sent.ask.command.has_lock, &two, 1))
    REFUSED_WITH(WIRE_ASK, memcpy(&sent.ask.command.arm_genset, &two, 1))
    REFUSED_WITH(WIRE_ASK, memcpy(&sent.ask.command.arm_servers, &two, 1))
    REFUSED_WITH(WIRE_ASK, memset(sent.ask.requester, 'x', sizeof sent.ask.requester))
    REFUSED_WITH(WIRE_ASK, memset(sent.ask.text, 'x', sizeof sent.ask.text))
    REFUSED_WITH(WIRE_ASK,
                 memset(sent.ask.corrective_action, 'x', sizeof sent.ask.corrective_action))
    REFUSED_WITH(WIRE_ANSWER, sent.answer.promised = 2)
    REFUSED_WITH(WIRE_ANSWER, sent.answer.busy = 2)
    REFUSED_WITH(WIRE_ANSWER, sent.answer.reason = REASON_COUNT)
    REFUSED_WITH(WIRE_OUTCOME, sent.outcome.state = 0)
    REFUSED_WITH(WIRE_OUTCOME, sent.outcome.state = COMMAND_STATE_COUNT)
    REFUSED_WITH(WIRE_OUTCOME, sent.outcome.reason = REASON_COUNT)
#undef REFUSED_WITH
}

static void deleted_is_one_or_nothing(void **state)
{
    wire_row_fill(&sent, ROW_server, 4, NULL);
    sent.row.deleted = 2;
    assert_refused(*state, &sent, wire_message_size(&sent));
}

static void receiving_does_not_block(void **state)
{
    const struct pair *pair = *state;
    struct wire_message received;
    assert_int_equal(wire_receive(pair->ours, &received), -1);
    assert_int_equal(errno, EAGAIN);
}

static void what_was_sent_before_the_end_arrives_before_it(void **state)
{
    const struct pair *pair = *state;
    struct wire_message received;
    sent_fill(WIRE_HEARTBEAT);
    assert_int_equal(wire_send(pair->theirs, &sent), 0);
    shutdown(pair->theirs, SHUT_RDWR);
    assert_int_equal(wire_receive(pair->ours, &received), 1);
    assert_int_equal(wire_receive(pair->ours, &received), 0);
}

static void sending_to_a_peer_that_does_not_read_says_so(void **state)
{
    const struct pair *pair = *state;
    sent_fill(WIRE_ROW);
    int result = 0;
    for (int i = 0; i < 100000 && result == 0; i++)
        result = wire_send(pair->theirs, &sent);
    assert_int_equal(result, -1);
    assert_int_equal(errno, EAGAIN);
}

static void sending_to_a_peer_that_has_gone_raises_no_signal(void **state)
{
    const struct pair *pair = *state;
    shutdown(pair->ours, SHUT_RDWR);
    sent_fill(WIRE_HEARTBEAT);
    assert_int_equal(wire_send(pair->theirs, &sent), -1);
    assert_int_equal(errno, EPIPE);
}

static void messages_of_no_type_are_not_sent(void **state)
{
    const struct pair *pair = *state;
    sent_begin(WIRE_TYPE_END);
    assert_int_equal(wire_send(pair->theirs, &sent), -1);
    assert_int_equal(errno, EINVAL);
}

/* ---- bundles ---- */

static struct wire_bundle bundle;

static void bundle_put(enum row_table table, uint32_t key, unsigned seed)
{
    union row_sample row;
    row_sample_fill(&row, table, seed);
    wire_row_fill(wire_bundle_room(&bundle), table, key, &row);
    wire_bundle_add(&bundle);
}

static void a_bundle_arrives_as_it_was_filled(void **state)
{
    const struct pair *pair = *state;
    uint32_t count = 0;
    wire_bundle_clear(&bundle);
    for (uint32_t table = 0; wire_bundle_room(&bundle); table = (table + 1) % ROW_TABLE_COUNT)
        bundle_put((enum row_table)table, ++count, 1);
    assert_true(count > ROW_TABLE_COUNT);
    assert_int_equal(wire_bundle_send(pair->theirs, &bundle), 0);
    memset(&bundle, 0xff, sizeof bundle);
    assert_int_equal(wire_bundle_receive(pair->ours, &bundle), 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct wire_message *message = wire_bundle_next(&bundle);
        const uint32_t table = i % ROW_TABLE_COUNT;
        union row_sample row;
        assert_non_null(message);
        assert_int_equal(message->type, WIRE_ROW);
        assert_int_equal(message->row.table, table);
        assert_int_equal(message->row.key, i + 1);
        row_sample_fill(&row, (enum row_table)table, 1);
        assert_memory_equal(message->row.payload, &row, row_descriptors[table].size);
    }
    assert_null(wire_bundle_next(&bundle));
    assert_int_equal(wire_bundle_receive(pair->ours, &bundle), -1);
    assert_int_equal(errno, EAGAIN);
}

/* Nothing of it is taken. */
static void a_bundle_with_one_bad_message_is_refused(void **state)
{
    const struct pair *pair = *state;
    for (size_t cut = 0; cut < 3; cut++) {
        wire_bundle_clear(&bundle);
        bundle_put(ROW_mains, 0, 1);
        const size_t second = bundle.size;
        bundle_put(ROW_server, 1, 1);
        if (cut == 0)
            ((struct wire_message *)(bundle.octets + second))->type = WIRE_TYPE_END;
        bundle.size -= cut == 1 ? 8 : cut == 2 ? bundle.size - second - 4 : 0;
        assert_int_equal(wire_bundle_send(pair->theirs, &bundle), 0);
        assert_int_equal(wire_bundle_receive(pair->ours, &bundle), -1);
        assert_int_equal(errno, EBADMSG);
        assert_null(wire_bundle_next(&bundle));
    }
}

static void hello_of_the_same_schema_is_welcome(void **state)
{
    (void)state;
    struct wire_message answer;
    sent_fill(WIRE_HELLO);
    assert_true(wire_hello_answer(&sent.hello, &answer));
    assert_int_equal(answer.type, WIRE_WELCOME);
}

static void hello_of_another_schema_is_refused_naming_both(void **state)
{
    (void)state;
    struct wire_message answer;
    sent_fill(WIRE_HELLO);
    sent.hello.schema_hash = 0x1234;
    strcpy(sent.hello.version, "0.0.9");
    assert_false(wire_hello_answer(&sent.hello, &answer));
    assert_int_equal(answer.type, WIRE_REFUSED);
    assert_true(answer.refused.schema_hash == row_schema_hash());
    assert_string_equal(answer.refused.version, PADAM_VERSION);
    assert_non_null(strstr(answer.refused.text, "0000000000001234"));
    assert_non_null(strstr(answer.refused.text, "padam-agentx 0.0.9"));
    assert_non_null(strstr(answer.refused.text, "engine " PADAM_VERSION));
}

#define PAIR_TEST(name) cmocka_unit_test_setup_teardown(name, pair_open, pair_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(every_row_type_arrives_as_it_was),
        PAIR_TEST(every_message_type_arrives_as_it_was),
        PAIR_TEST(tombstones_carry_no_payload),
        PAIR_TEST(message_of_another_size_is_refused_for_every_type),
        PAIR_TEST(message_larger_than_the_buffer_is_refused),
        PAIR_TEST(unknown_types_are_refused),
        PAIR_TEST(unknown_tables_are_refused),
        PAIR_TEST(empty_message_is_refused_and_not_taken_for_the_end),
        PAIR_TEST(values_that_fields_do_not_allow_are_refused),
        PAIR_TEST(deleted_is_one_or_nothing),
        PAIR_TEST(receiving_does_not_block),
        PAIR_TEST(what_was_sent_before_the_end_arrives_before_it),
        PAIR_TEST(sending_to_a_peer_that_does_not_read_says_so),
        PAIR_TEST(sending_to_a_peer_that_has_gone_raises_no_signal),
        PAIR_TEST(messages_of_no_type_are_not_sent),
        PAIR_TEST(a_bundle_arrives_as_it_was_filled),
        PAIR_TEST(a_bundle_with_one_bad_message_is_refused),
        cmocka_unit_test(hello_of_the_same_schema_is_welcome),
        cmocka_unit_test(hello_of_another_schema_is_refused_naming_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
