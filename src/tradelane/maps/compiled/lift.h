/* What the parts of the compiled core share: a set cut into segments, the places they stand in, the JSON being written.
 *
 * The core runs a program that `maps/native.py` makes of a map's plan: words of 32 bits, then the texts they name. The
 * program is ours and is trusted; the set is anybody's and is not. A set that is not wholly in order is refused without
 * a word, and the explaining path reads it again. Functions say 1 when all is well and 0 to refuse.
 */
#ifndef TRADELANE_LIFT_H
#define TRADELANE_LIFT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Which programs this core runs: to be raised, here and in maps/native.py, whenever their words change. */
enum { FORMAT = 3 };

/* maps/native_fields.py holds plans to these. */
enum { DEPTH_MAX = 12, COUNTS_MAX = 8 };

/* How many codes are remembered. */
enum { KNOWN_MAX = 16 };

/* The words a program begins with, by number. */
enum { WORDS, KINDS, KIND_BITS, KIND_COUNT, MOVES, FACTS, ROOT_SIZE, WIDEST, LOOPS, RECORD, COUNTS, SYNTAX };

/* How a message is written: elements by number; elements made of components that the standard numbers; a tree. */
enum { NUMBERED_ELEMENTS, NAMED, NODES };

typedef struct {
    const char *at;
    int32_t length;
} Text;

/* Elements are trimmed: trailing blanks only pad. */
typedef struct {
    uint32_t start, length;
} Element;

/* A segment with a place, or the loop it opens. Number 0 is nobody; `slots` is 0 where no loop is opened. */
typedef struct {
    uint32_t first, count, next, slots;
} Item;

typedef struct {
    uint32_t head, tail;
} Slot;

/* The most decimals an amount has (model/quantity.py), and one in billionths. */
enum { SCALE_MAX = 9, ONE = 1000000000 };

/* An amount in billionths, and with how many decimals it was written: 1.50 is not written 1.5. */
typedef struct {
    __int128 billionths;
    int scale;
} Amount;

/* The row of a code last looked up: a partner's lines mostly say the same unit. */
typedef struct {
    const int32_t *table, *row;
    Text code;
} Known;

typedef struct {
    char *at;
    size_t used, room, most;
} Output;

typedef struct {
    const int32_t *program;
    const char *pool;
    const char *set;
    const char *end;
    unsigned char terminator, separator, component;
    int by_line; /* whether segments end with their lines */
    int escapes; /* whether a quote or a backslash stands anywhere in the set */
    uint64_t steps; /* how many more occurrences may be looked at: no set makes us look without end */
    Element *elements;
    uint32_t element_count;
    Item *items;
    uint32_t item_count;
    Slot *slots;
    uint32_t slot_count, slot_room;
    Known known[KNOWN_MAX];
    uint32_t env[DEPTH_MAX];
    Amount totals[COUNTS_MAX];
    Output out;
} Lifting;

/* released.c: the set without release characters; what separates becomes signs that nobody may write. */
int take_releases_out(Lifting *lifting, unsigned char release, char *into);

/* cut.c: read all segments, hold each against the facts of its kind, put it in its place. */
int cut(Lifting *lifting);
int32_t characters(const char *at, const char *end);
int complete(const Lifting *lifting, const int32_t *loop, uint32_t at);
uint32_t open_loop(Lifting *lifting, int32_t size);
void keep(Lifting *lifting, uint32_t loop, int32_t number, uint32_t item);

/* How a segment or node is placed: a block of the program. */
enum { UPS, SLOT, MODE, SIZE, STATE };
enum { IGNORE, KEEP, OPEN };

/* nodes.c: put each node of a tree that any rule reads in its place. Rows are four numbers each, as in model/message.py;
 * *kinds* says which kind of the program each name of the document is, 0 for none. */
enum { ROW_NAME, ROW_DEPTH, ROW_START, ROW_LENGTH, ROW_WORDS_OF_NODE };
int place_nodes(Lifting *lifting, const int32_t *rows, size_t count, const int32_t *kinds);

/* find.c: where a place of the plan is in this set. */
typedef int (*Visitor)(Lifting *lifting, uint32_t at, void *about);
int visit_all(Lifting *lifting, const int32_t *spot, Visitor visitor, void *about);
uint32_t first(Lifting *lifting, const int32_t *spot);
Text said_at(Lifting *lifting, const int32_t *spot);
Text said_in(const Lifting *lifting, uint32_t at, int32_t element, int32_t component);
Text said_first(Lifting *lifting, const int32_t *sources);
int listed(const Lifting *lifting, const int32_t *texts, Text wanted);

/* record.c: a struct of ours as JSON. `row` is the number of rows before this one, -1 outside of rows. */
int write_record(Lifting *lifting, const int32_t *record, int depth, int32_t row);

/* forms.c: one value as JSON. */
enum { TEXT, NUMBER, SIGNED, CENTS, INTEGER, DAY, CLOCK, MOMENT, GTIN, SSCC, DECIMAL, SIGNED_DECIMAL, DATED_DAY,
       DATED_MOMENT, ISO_DAY, ISO_MOMENT, ISO_DAY_CLOCK, XML_NUMBER, XML_SIGNED };
int write_form(Lifting *lifting, int form, Text said);
int is_digits(Text said);
int write_amount(Lifting *lifting, Amount amount);
int amount_of(int form, Text said, Amount *amount);
int add(Amount *sum, Amount amount);
int whole_number(Text said, int32_t *value);

/* dates.c: a day, a time of day, or both, as JSON; a dated one has the code of its format beside it. */
int write_day(Lifting *lifting, Text said);
int write_clock(Lifting *lifting, Text said);
int write_moment(Lifting *lifting, Text on, Text at, Text zone);
int write_dated(Lifting *lifting, int form, Text said, Text format);
int write_iso_day(Lifting *lifting, Text said);
int write_iso_moment(Lifting *lifting, Text said);
int write_iso_day_clock(Lifting *lifting, Text on, Text at);

/* output.c: the JSON so far. */
int grow(Output *out, size_t more);
int put_quoted(Lifting *lifting, Text text);
int put_escaped(Lifting *lifting, Text text);
int put_member(Output *out, Text member);

static inline const int32_t *block(const Lifting *lifting, int32_t place) { return lifting->program + place; }

static inline Text pooled(const Lifting *lifting, const int32_t *pair) {
    return (Text){lifting->pool + pair[0], pair[1]};
}

/* Codes are short: comparing them here is quicker than a call. */
static inline int same(Text a, Text b) {
    if (a.length != b.length) {
        return 0;
    }
    for (int32_t n = 0; n < a.length; n++) {
        if (a.at[n] != b.at[n]) {
            return 0;
        }
    }
    return 1;
}

static inline int reserve(Output *out, size_t length) { return length <= out->room - out->used || grow(out, length); }

static inline int put(Output *out, const char *from, size_t length) {
    if (!reserve(out, length)) {
        return 0;
    }
    memcpy(out->at + out->used, from, length);
    out->used += length;
    return 1;
}

static inline Text element_of(const Lifting *lifting, uint32_t at, int32_t number) {
    const Item *item = &lifting->items[at];
    if (number < 1 || (uint32_t)number > item->count) {
        return (Text){"", 0};
    }
    const Element *element = &lifting->elements[item->first + (uint32_t)number - 1];
    return (Text){lifting->set + element->start, (int32_t)element->length};
}

#endif
