/* What a client reads from an engine: connections, each with messages of any kind. */
#include <errno.h>
#include <string.h>

#include "fuzz_wire.h"
#include "row_samples.h"
#include "wire/client.h"

enum { SEED_SIZE = 4096, STEP_MS = 1000, STEPS_MAX = 200 };

/* Ahead of each packet. */
enum what { SAYS, HANGS_UP, CONNECTS_AGAIN, READS_NOT, DELIVERS, SAYS_MANY, WHAT_COUNT };

static size_t taken; /* messages of the packet that was received last */
static bool taken_all;

int __wrap_wire_connect(const char *path);
int __real_wire_bundle_receive(int fd, struct wire_bundle *bundle);
int __wrap_wire_bundle_receive(int fd, struct wire_bundle *bundle);
const struct wire_message *__real_wire_bundle_next(struct wire_bundle *bundle);
const struct wire_message *__wrap_wire_bundle_next(struct wire_bundle *bundle);

int __wrap_wire_connect(const char *path)
{
    (void)path;
    fuzz_peer_begin(FUZZ_PEER);
    taken_all = true;
    return FUZZ_PEER;
}

int __wrap_wire_bundle_receive(int fd, struct wire_bundle *bundle)
{
    int result = __real_wire_bundle_receive(fd, bundle);
    bool is_right = fuzz_said(0) != NULL;
    if (result < 0 && errno == EAGAIN)
        return result;
    if (result != 0 && (result > 0) != is_right)
        fuzz_fail("a packet is refused that is right, or taken that is not");
    taken = 0;
    taken_all = false;
    return result;
}

const struct wire_message *__wrap_wire_bundle_next(struct wire_bundle *bundle)
{
    const struct wire_message *message = __real_wire_bundle_next(bundle), *next = fuzz_said(taken);
    if (!message != !next || (next && memcmp(message, next, wire_message_size(next)) != 0))
        fuzz_fail("not the messages that were said, in their order");
    taken += message != NULL;
    taken_all = !message;
    return message;
}

void fuzz_begin(void)
{
}

/* ---- seeds ---- */

struct seed {
    unsigned char bytes[SEED_SIZE];
    size_t size;
};

static void seed_add(struct seed *seed, const struct wire_message *message)
{
    seed->bytes[seed->size++] = SAYS;
    seed->size +=
        fuzz_message_write(message, seed->bytes + seed->size, sizeof seed->bytes - seed->size);
}

/* A message of a packet of several. */
static void seed_put(struct seed *seed, const struct wire_message *message, unsigned times)
{
    unsigned char *to = seed->bytes + seed->size;
    seed->size += fuzz_message_write(message, to, sizeof seed->bytes - seed->size);
    to[FUZZ_TIMES] = (unsigned char)(times - 1);
}

static void seed_put_head(struct seed *seed, size_t count, enum fuzz_damage damage)
{
    enum { WHERE = 100, AMOUNT = 16 };
    const unsigned char head[] = {
        SAYS_MANY, (unsigned char)(count - 1), (unsigned char)damage, WHERE, 0, AMOUNT};
    memcpy(seed->bytes + seed->size, head, sizeof head);
    seed->size += sizeof head;
}

/* A few rows that a commit ends, and as many as there is room for. */
static void seed_of_bundles(enum row_table table, enum fuzz_damage damage)
{
    enum { FEW = 2, MANY = 32 };
    struct seed seed = {.size = 1};
    union row_sample row;
    struct wire_message message = {.type = WIRE_WELCOME}, filled;
    seed_add(&seed, &message);
    row_sample_fill(&row, table, 1);
    wire_row_fill(&filled, table, 0, &row);
    seed_put_head(&seed, 3, FUZZ_NONE);
    seed_put(&seed, &filled, 1);
    wire_row_fill(&message, table, 1, NULL);
    seed_put(&seed, &message, FEW);
    message = (struct wire_message){.type = WIRE_COMMIT, .commit.number = 1};
    seed_put(&seed, &message, 1);
    seed_put_head(&seed, 1, damage);
    seed_put(&seed, &filled, MANY);
    fuzz_seed_write(seed.bytes, seed.size);
}

static void seed_of_table(enum row_table table)
{
    struct seed seed = {.size = 1};
    union row_sample row;
    struct wire_message message = {.type = WIRE_WELCOME};
    seed_of_bundles(table, table % FUZZ_DAMAGE_COUNT);
    seed_add(&seed, &message);
    for (unsigned key = 0; key < 2; key++) {
        row_sample_fill(&row, table, key);
        wire_row_fill(&message, table, key, &row);
        seed_add(&seed, &message);
    }
    message = (struct wire_message){.type = WIRE_COMMIT, .commit.number = 1};
    seed_add(&seed, &message);
    wire_row_fill(&message, table, 1, NULL);
    seed_add(&seed, &message);
    message = (struct wire_message){.type = WIRE_HEARTBEAT};
    seed_add(&seed, &message);
    seed.bytes[seed.size++] = CONNECTS_AGAIN;
    fuzz_seed_write(seed.bytes, seed.size);
}

void fuzz_seeds(void)
{
    static const struct wire_message others[] = {
        {.type = WIRE_REFUSED, .refused = {.version = "9.9", .text = "another version"}},
        {.type = WIRE_ANSWER, .answer = {.promised = 1, .index = 3}},
        {.type = WIRE_OUTCOME, .outcome = {.index = 3, .state = 1}},
    };
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++)
        seed_of_table(table);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct seed seed = {.size = 1};
        seed_add(&seed, &others[i]);
        fuzz_seed_write(seed.bytes, seed.size);
    }
}

/* ---- one input ---- */

/* All tables are in order, and found. */
static void replica_check(const struct replica *replica)
{
    for (enum row_table table = 0; table < ROW_TABLE_COUNT; table++) {
        uint32_t last = 0, key = 0;
        for (size_t place = 0; place < replica_count(replica, table); place++) {
            const void *row = replica_at(replica, table, place, &key);
            if (!row || !row_is_valid(table, row) || replica_get(replica, table, key) != row ||
                (place > 0 && key <= last))
                fuzz_fail("a table is not as it should be");
            last = key;
        }
    }
}

static void client_turn(struct client *client, instant now)
{
    enum client_result result;
    do {
        result = client_receive(client, now);
        if (result == CLIENT_COMMIT)
            replica_check(client_replica(client));
    } while (result == CLIENT_COMMIT);
    if ((result == CLIENT_CLOSED) != (client_fd(client) < 0))
        fuzz_fail("closed or not?");
    if (result == CLIENT_CLOSED && *client_problem(client) == '\0')
        fuzz_fail("closed without a reason");
    if (client_fd(client) >= 0 && !taken_all)
        fuzz_fail("a packet was refused, or not taken whole, and the connection goes on");
}

static void step(struct client *client, struct fuzz_input *input, instant now)
{
    switch (fuzz_number(input, 1) % WHAT_COUNT) {
    case SAYS:
        fuzz_message(input);
        fuzz_peer_says(FUZZ_PEER);
        break;
    case SAYS_MANY:
        fuzz_bundle(input);
        fuzz_peer_says(FUZZ_PEER);
        break;
    case HANGS_UP:
        fuzz_peer_hangs_up(FUZZ_PEER);
        break;
    case CONNECTS_AGAIN:
        client_disconnect(client);
        break;
    case READS_NOT:
        fuzz_peer_reads(FUZZ_PEER, false);
        break;
    case DELIVERS:
        (void)client_send_delivery(client, fuzz_number(input, 1), DELIVERY_ACCEPTED, 0);
        break;
    }
    if (client_fd(client) >= 0)
        client_turn(client, now);
    (void)client_link(client, now);
    (void)client_lost_at(client, now);
}

void fuzz_one(const unsigned char *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    enum wire_role role = fuzz_number(&input, 1) % 2 ? WIRE_ROLE_NOTIFIER : WIRE_ROLE_VIEWER;
    struct client *client = client_create("engine.sock", role, "fuzz");
    if (!client)
        fuzz_fail("no memory");
    for (int64_t i = 0; input.left > 0 && i < STEPS_MAX; i++) {
        if (client_connect(client) < 0)
            fuzz_fail("not connected");
        step(client, &input, instant_at(STEP_MS * i));
    }
    client_free(client);
    if (size > 1 && !fuzz_peer_is_closed(FUZZ_PEER))
        fuzz_fail("a connection is left open");
}
