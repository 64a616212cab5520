/* Cutting a set into segments and elements, and putting each segment in its place; see maps/structure.py. */
#include "lift.h"

/* What is said of an element that is made of components: whether it must be filled, how many are known, each of them. */
enum { MUST, KNOWN };

typedef struct {
    uint32_t stack[DEPTH_MAX * 2];
    int top;
    int32_t state;
} Placing;

static int is_layout(char c) { return c == '\r' || c == '\n' || c == '\t' || c == ' '; }

/* Return the number of the segment's kind, or -1: the table is open-addressed, and never full. */
static int32_t kind_of(const Lifting *lifting, Text tag) {
    /* A tag of two letters has a nought in place of its third, which nobody may write. */
    if ((tag.length != 2 && tag.length != 3) || tag.at[tag.length - 1] == '\0') {
        return -1;
    }
    const unsigned char *c = (const unsigned char *)tag.at;
    uint32_t key = (uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | (tag.length == 3 ? c[2] : 0U);
    const int32_t *kinds = block(lifting, lifting->program[KINDS]);
    int bits = lifting->program[KIND_BITS];
    uint32_t at = (key * 2654435761U) >> (32 - bits);
    while (kinds[2 * at] != 0) {
        if ((uint32_t)kinds[2 * at] == key) {
            return kinds[2 * at + 1];
        }
        at = (at + 1) & ((1U << bits) - 1);
    }
    return -1;
}

static const char *trimmed(const char *begin, const char *end) {
    while (end > begin && end[-1] == ' ') {
        end--;
    }
    return end;
}

/* How long a text is, in characters of UTF-8. */
int32_t characters(const char *at, const char *end) {
    int32_t count = 0;
    for (; at < end; at++) {
        count += ((unsigned char)*at & 0xc0) != 0x80;
    }
    return count;
}

/* Whether a component may stand where it does; facts are as of an element. One that none is known of must be empty. */
static int fits(const char *begin, const char *end, const int32_t *facts, int32_t number) {
    if (number > facts[KNOWN]) {
        return begin == end;
    }
    int32_t most = facts[KNOWN + number] >> 1;
    return most == 0 || end - begin <= most || characters(begin, trimmed(begin, end)) <= most;
}

/* Hold an element against what it is made of: what must be filled is, where anything in it is; nothing is too long. */
static int holds(const Lifting *lifting, const char *begin, const char *end, const int32_t *facts) {
    int any = 0, missing = 0, filled = 0;
    int32_t number = 0;
    for (const char *at = begin, *stop; at != NULL; at = stop == NULL ? NULL : stop + 1) {
        stop = memchr(at, lifting->component, (size_t)(end - at));
        const char *last = stop == NULL ? end : stop;
        if (!fits(at, last, facts, ++number)) {
            return 0;
        }
        any |= at < last;
        filled |= at < trimmed(at, last);
        missing |= at == last && number <= facts[KNOWN] && facts[KNOWN + number] & 1;
    }
    for (number++; number <= facts[KNOWN]; number++) {
        missing |= facts[KNOWN + number] & 1;
    }
    return !(any && missing) && (filled || !facts[MUST]);
}

/* Take one element, trimmed; facts are how long each may be, shifted by one, and whether it must be filled. */
static int take_element(Lifting *lifting, const char *begin, const char *end, const int32_t *facts, int32_t number) {
    if (facts == NULL) {
        return 1;
    }
    if (number > facts[0]) {
        return 0;
    }
    int32_t said = facts[1 + number];
    if (lifting->program[SYNTAX] == NAMED && !holds(lifting, begin, end, block(lifting, said))) {
        return 0;
    }
    int64_t length = trimmed(begin, end) - begin;
    int32_t most = lifting->program[SYNTAX] == NAMED ? 0 : said >> 1, must = lifting->program[SYNTAX] == NAMED ? 0 : said & 1;
    if ((length == 0 && must) || (most != 0 && length > most)) {
        return 0;
    }
    lifting->elements[lifting->element_count++] = (Element){(uint32_t)(begin - lifting->set), (uint32_t)length};
    return 1;
}

/* Cut what follows the tag; control characters have no place in any element, read or not. */
static int cut_elements(Lifting *lifting, const char *at, const char *end, const int32_t *facts) {
    const char separator = (char)lifting->separator;
    const int inner = lifting->program[SYNTAX] == NAMED ? lifting->component : -1;
    int32_t number = 0;
    while (at < end) {
        const char *begin = ++at;
        for (; at < end && *at != separator; at++) {
            unsigned char c = (unsigned char)*at;
            if ((c < 0x20 && c != inner) || c == 0x7f) {
                return 0;
            }
            lifting->escapes |= c == '"' || c == '\\';
        }
        if (!take_element(lifting, begin, at, facts, ++number)) {
            return 0;
        }
    }
    return facts == NULL || number >= facts[1];
}

uint32_t open_loop(Lifting *lifting, int32_t size) {
    uint32_t slots = lifting->slot_count;
    if (slots + (uint32_t)size > lifting->slot_room) {
        return 0;
    }
    memset(lifting->slots + slots, 0, sizeof(Slot) * (size_t)size);
    lifting->slot_count += (uint32_t)size;
    return slots;
}

void keep(Lifting *lifting, uint32_t loop, int32_t number, uint32_t item) {
    Slot *slot = &lifting->slots[lifting->items[loop].slots + (uint32_t)number];
    if (slot->head == 0) {
        slot->head = item;
    } else {
        lifting->items[slot->tail].next = item;
    }
    slot->tail = item;
}

static int place(Lifting *lifting, Placing *placing, int32_t kind, uint32_t first_element) {
    int32_t move_at = block(lifting, lifting->program[MOVES])[placing->state * lifting->program[KIND_COUNT] + kind];
    if (move_at == 0) {
        return 0;
    }
    const int32_t *move = block(lifting, move_at);
    placing->top -= move[UPS];
    placing->state = move[STATE];
    if (move[MODE] == IGNORE) {
        lifting->element_count = first_element;
        return 1;
    }
    uint32_t item = lifting->item_count++;
    lifting->items[item] = (Item){first_element, lifting->element_count - first_element, 0, 0};
    if (move[SLOT] != 0) {
        keep(lifting, placing->stack[placing->top], move[SLOT], item);
    }
    if (move[MODE] == OPEN) {
        lifting->items[item].slots = open_loop(lifting, move[SIZE]);
        placing->stack[++placing->top] = item;
        return lifting->items[item].slots != 0;
    }
    return 1;
}

static int take_segment(Lifting *lifting, Placing *placing, const char *begin, const char *end) {
    const char *mark = memchr(begin, lifting->separator, (size_t)(end - begin));
    const char *tag_end = mark == NULL ? end : mark;
    int32_t kind = kind_of(lifting, (Text){begin, (int32_t)(tag_end - begin)});
    if (kind < 0) {
        return 0;
    }
    int32_t facts_at = block(lifting, lifting->program[FACTS])[kind];
    const int32_t *facts = facts_at == 0 ? NULL : block(lifting, facts_at);
    uint32_t first_element = lifting->element_count;
    if (!cut_elements(lifting, tag_end, end, facts)) {
        return 0;
    }
    if (lifting->item_count > 1) {
        return place(lifting, placing, kind, first_element);
    }
    lifting->item_count = 2;
    lifting->items[1] = (Item){first_element, lifting->element_count - first_element, 0, 0};
    lifting->items[1].slots = open_loop(lifting, lifting->program[ROOT_SIZE]);
    return kind == 0 && lifting->items[1].slots != 0;
}

int cut(Lifting *lifting) {
    Placing placing = {{1}, 0, 0};
    const char *at = lifting->set;
    while (at < lifting->end) {
        const char *stop = memchr(at, lifting->terminator, (size_t)(lifting->end - at));
        const char *begin = at, *end = stop == NULL ? lifting->end : stop;
        at = end + 1;
        while (begin < end && is_layout(*begin)) {
            begin++;
        }
        while (end > begin && (end[-1] == '\r' || end[-1] == '\n' || (lifting->by_line && end[-1] == ' '))) {
            end--;
        }
        if (begin < end && !take_segment(lifting, &placing, begin, end)) {
            return 0;
        }
    }
    return lifting->item_count > 1;
}

/* Whether every loop holds what must come in it: first the slots that may not be empty, then the loops within. */
int complete(const Lifting *lifting, const int32_t *loop, uint32_t at) {
    const Slot *slots = lifting->slots + lifting->items[at].slots;
    const int32_t *must = loop + 1, *inner = must + loop[0];
    for (int32_t n = 0; n < loop[0]; n++) {
        if (slots[must[n]].head == 0) {
            return 0;
        }
    }
    for (int32_t n = 0; n < inner[0]; n++) {
        const int32_t *below = block(lifting, inner[2 + 2 * n]);
        for (uint32_t one = slots[inner[1 + 2 * n]].head; one != 0; one = lifting->items[one].next) {
            if (!complete(lifting, below, one)) {
                return 0;
            }
        }
    }
    return 1;
}
