/* Finding what a plan's spot means in the set at hand: by hops from an occurrence to a segment, then to an element. */
#include "lift.h"

enum { SPOT_DEPTH, SPOT_ELEMENT, SPOT_COMPONENT, SPOT_PAIRS, SPOT_QUALIFIERS, SPOT_COMPOSITE, SPOT_HOPS, SPOT_FIRST_HOP };
enum { HOP_SLOT, HOP_NEXT, HOP_FILTERS, HOP_FIRST_FILTER };
enum { FILTER_ELEMENT, FILTER_COMPONENT, FILTER_SIGN, FILTER_VALUES, FILTER_WORDS };
enum { FILLED, ONE_OF, NONE_OF };

static const Text NOTHING = {"", 0};

int listed(const Lifting *lifting, const int32_t *texts, Text wanted) {
    for (int32_t n = 0; n < texts[0]; n++) {
        if (same(pooled(lifting, texts + 1 + 2 * n), wanted)) {
            return 1;
        }
    }
    return 0;
}

static Text component_of(const Lifting *lifting, Text said, int32_t number) {
    const char *begin = said.at, *end = said.at + said.length, *stop;
    while ((stop = memchr(begin, lifting->component, (size_t)(end - begin))) != NULL && --number > 0) {
        begin = stop + 1;
    }
    if (stop == NULL && number > 1) {
        return NOTHING;
    }
    const char *last = stop == NULL ? end : stop;
    while (last > begin && last[-1] == ' ') {
        last--;
    }
    return (Text){begin, (int32_t)(last - begin)};
}

Text said_in(const Lifting *lifting, uint32_t at, int32_t element, int32_t component) {
    Text said = element_of(lifting, at, element);
    return component == 0 ? said : component_of(lifting, said, component);
}

/* What a filter asks about: the text of the node itself, or of the first that leads on by each slot. */
static Text asked(const Lifting *lifting, const int32_t *filter, uint32_t at) {
    if (lifting->program[SYNTAX] != NODES) {
        return said_in(lifting, at, filter[FILTER_ELEMENT], filter[FILTER_COMPONENT]);
    }
    const int32_t *slots = block(lifting, filter[FILTER_COMPONENT]);
    for (int32_t n = 1; n <= slots[0] && at != 0; n++) {
        uint32_t inner = lifting->items[at].slots;
        at = inner == 0 ? 0 : lifting->slots[inner + (uint32_t)slots[n]].head;
    }
    return at == 0 ? NOTHING : element_of(lifting, at, 1);
}

static int admits(const Lifting *lifting, const int32_t *hop, uint32_t at) {
    const int32_t *filter = hop + HOP_FIRST_FILTER;
    for (int32_t n = 0; n < hop[HOP_FILTERS]; n++, filter += FILTER_WORDS) {
        Text said = asked(lifting, filter, at);
        int passes = filter[FILTER_SIGN] == FILLED
                         ? said.length != 0
                         : listed(lifting, block(lifting, filter[FILTER_VALUES]), said) == (filter[FILTER_SIGN] == ONE_OF);
        if (!passes) {
            return 0;
        }
    }
    return 1;
}

static int tired(Lifting *lifting) {
    lifting->steps -= lifting->steps > 0;
    return lifting->steps == 0;
}

/* Call *visitor* with every occurrence that the hops left lead to, in the order of the set, until one says 1. */
static int visit(Lifting *lifting, const int32_t *hop, int32_t left, uint32_t at, Visitor visitor, void *about) {
    if (left == 0) {
        return visitor(lifting, at, about);
    }
    const int32_t *next = hop + hop[HOP_NEXT];
    if (hop[HOP_SLOT] == 0) {
        return admits(lifting, hop, at) && visit(lifting, next, left - 1, at, visitor, about);
    }
    uint32_t slots = lifting->items[at].slots;
    uint32_t one = slots == 0 ? 0 : lifting->slots[slots + (uint32_t)hop[HOP_SLOT]].head;
    for (; one != 0 && !tired(lifting); one = lifting->items[one].next) {
        if (admits(lifting, hop, one) && visit(lifting, next, left - 1, one, visitor, about)) {
            return 1;
        }
    }
    return 0;
}

int visit_all(Lifting *lifting, const int32_t *spot, Visitor visitor, void *about) {
    uint32_t from = lifting->env[spot[SPOT_DEPTH]];
    return visit(lifting, spot + SPOT_FIRST_HOP, spot[SPOT_HOPS], from, visitor, about);
}

static int take_first(Lifting *lifting, uint32_t at, void *about) {
    (void)lifting;
    *(uint32_t *)about = at;
    return 1;
}

uint32_t first(Lifting *lifting, const int32_t *spot) {
    uint32_t found = 0;
    const int32_t *hop = spot + SPOT_FIRST_HOP;
    if (spot[SPOT_HOPS] != 1) {
        visit_all(lifting, spot, take_first, &found);
        return found;
    }
    /* Most spots: an element of the segment at hand, or of one in a slot of its loop. */
    uint32_t one = lifting->env[spot[SPOT_DEPTH]];
    if (hop[HOP_SLOT] == 0) {
        return admits(lifting, hop, one) ? one : 0;
    }
    uint32_t slots = lifting->items[one].slots;
    one = slots == 0 ? 0 : lifting->slots[slots + (uint32_t)hop[HOP_SLOT]].head;
    while (one != 0 && !tired(lifting) && !admits(lifting, hop, one)) {
        one = lifting->items[one].next;
    }
    return one;
}

/* The first of equal qualifiers counts; when its value is empty, the next wish is looked for. */
static Text behind_qualifier(const Lifting *lifting, const int32_t *spot, uint32_t at) {
    const int32_t *wanted = block(lifting, spot[SPOT_QUALIFIERS]), *pairs = block(lifting, spot[SPOT_PAIRS]);
    int32_t count = (int32_t)lifting->items[at].count;
    for (int32_t n = 0; n < wanted[0]; n++) {
        Text qualifier = pooled(lifting, wanted + 1 + 2 * n);
        for (int32_t p = 1; p <= pairs[0] && pairs[p] <= count; p++) {
            if (!same(element_of(lifting, at, pairs[p]), qualifier)) {
                continue;
            }
            Text said = element_of(lifting, at, pairs[p] + 1);
            if (said.length != 0) {
                return said;
            }
            break;
        }
    }
    return NOTHING;
}

typedef struct {
    const int32_t *spot;
    Text wanted, said;
} Chosen;

static int choose_there(Lifting *lifting, uint32_t at, void *about) {
    Chosen *chosen = about;
    const int32_t *pairs = block(lifting, chosen->spot[SPOT_PAIRS]);
    int32_t count = (int32_t)lifting->items[at].count;
    for (int32_t p = 1; p <= pairs[0] && pairs[p] <= count; p++) {
        if (same(said_in(lifting, at, pairs[p], 2), chosen->wanted)) {
            chosen->said = said_in(lifting, at, pairs[p], 1);
            if (chosen->said.length != 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* The first of the composites, in any of the segments meant, with the best qualifier there is and a value. */
static Text among_composites(Lifting *lifting, const int32_t *spot) {
    const int32_t *wanted = block(lifting, spot[SPOT_QUALIFIERS]);
    Chosen chosen = {spot, NOTHING, NOTHING};
    for (int32_t n = 0; n < wanted[0] && chosen.said.length == 0; n++) {
        chosen.wanted = pooled(lifting, wanted + 1 + 2 * n);
        visit_all(lifting, spot, choose_there, &chosen);
    }
    return chosen.said;
}

static int take_filled(Lifting *lifting, uint32_t at, void *about) {
    Text *said = about;
    *said = element_of(lifting, at, 1);
    return said->length != 0;
}

Text said_at(Lifting *lifting, const int32_t *spot) {
    if (lifting->program[SYNTAX] == NODES) {
        /* Of several nodes the first that is filled counts. */
        Text said = NOTHING;
        visit_all(lifting, spot, take_filled, &said);
        return said;
    }
    if (spot[SPOT_COMPOSITE]) {
        return among_composites(lifting, spot);
    }
    uint32_t at = first(lifting, spot);
    if (at == 0) {
        return NOTHING;
    }
    if (spot[SPOT_QUALIFIERS] != 0) {
        return behind_qualifier(lifting, spot, at);
    }
    return said_in(lifting, at, spot[SPOT_ELEMENT], spot[SPOT_COMPONENT]);
}

Text said_first(Lifting *lifting, const int32_t *sources) {
    for (int32_t n = 1; n <= sources[0]; n++) {
        Text said = said_at(lifting, block(lifting, sources[n]));
        if (said.length != 0) {
            return said;
        }
    }
    return NOTHING;
}
