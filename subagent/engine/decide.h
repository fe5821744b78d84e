#pragma once
/*
 * One step: an event goes through the core, and what the core decided becomes rows, actions and
 * answers of one batch at the gate. Commands and deliveries, too, end up here.
 */
#include "config/config.h"
#include "engine/batch.h"
#include "engine/command.h"
#include "engine/messages.h"
#include "engine/retell.h"

struct decider;

/* What else is known on a notice, for its line of text; empty: nothing. */
typedef const char *decider_explain_fn(void *context, const struct notice *notice);

struct decider_settings {
    const struct config *config; /* must outlive the decider, as must store */
    struct store *store;
    struct gate_handlers handlers; /* what the gate makes happen */
    decider_explain_fn *explain;   /* or NULL */
    void *context;
    instant started; /* also the state's first instant */
    struct derive_moment moment;
};

/* A decider with a new state. NULL if there is no memory. */
struct decider *decider_new(const struct decider_settings *settings);
/* Accepts NULL. */
void decider_free(struct decider *decider);

struct state *decider_state(struct decider *decider);
struct gate *decider_gate(struct decider *decider);

/* Whether what must be kept is more than the journal's limits allow. */
void decider_journal_is_full(struct decider *decider, bool is_full);

/*
 * What wall time it is. Where it was set since, by more than the clocks' jitter, what is open is
 * told anew. Where it is synchronised, what is of an earlier boot is put right, once.
 */
void decider_follow_clock(struct decider *decider, struct derive_moment moment, bool synchronised);

/* True where that would tell anything anew. */
bool decider_clock_was_set(const struct decider *decider, struct derive_moment moment);

/* True while the clocks of an earlier boot wait for the wall clock to be synchronised. */
bool decider_awaits_clock(const struct decider *decider);

/* The state was restored: what follows from that, as a batch. */
void decider_resume(struct decider *decider, instant now);

/* After a restart: rows of commands that the state does not hold end as lost. */
void decider_lose_commands(struct decider *decider, instant now);

/* After a restart: what another relation of the clocks than when the rows were written means for
 * them. Part of the next batch. */
void decider_retell(struct decider *decider, const struct clock_change *change);

/* Until then outputs are not driven; then each wired one is, as the state says. */
void decider_drive_outputs(struct decider *decider, instant now);

/* Handles one event. Not from inside a gate handler: there, decider_queue() it. */
void decider_handle(struct decider *decider, const struct event *event);

/* Keeps an event of kind server or equipment for decider_run(), which handles some of those kept,
 * and tells the core when the journal fell behind or caught up. */
void decider_queue(struct decider *decider, const struct event *event);
bool decider_has_queued(const struct decider *decider);
void decider_run(struct decider *decider, instant now);

/* When decider_run(), gate_tick() or EVENT_TICK are wanted next. */
instant decider_next_due(const struct decider *decider);

/* The wire's requests. confirm: false if there is no such promise of that peer's. */
void decider_ask(struct decider *decider, instant now, uint64_t peer, const struct wire_ask *ask);
bool decider_confirm(struct decider *decider, instant now, uint64_t peer, uint32_t index);
void decider_peer_gone(struct decider *decider, instant now, uint64_t peer);
void decider_deliver(struct decider *decider, instant now, const struct wire_delivery *delivery);

/* Messages to contacts: what became of a try, an event that goes to those next in order, and a bit
 * for the index of each contact whose last message did not arrive. */
void decider_message_tried(struct decider *decider, instant now, uint32_t key,
                           const struct message_end *end);
void decider_escalate(struct decider *decider, instant now, uint32_t event);
void decider_contacts_unreached(struct decider *decider, uint32_t contacts);
