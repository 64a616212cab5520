/* Putting the nodes of a tree in the places from which rules read them; see maps/native_tree.py. */
#include "lift.h"

enum { DEEP_MAX = 128, UNREAD = -1 };

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Whether a character beyond ASCII that may be a blank stands here: which are is for Python to say. */
static int may_be_blank(const char *at) {
    const unsigned char *c = (const unsigned char *)at;
    switch (c[0]) {
    case 0xc2:
        return c[1] == 0x85 || c[1] == 0xa0;
    case 0xe1:
        return c[1] == 0x9a;
    case 0xe2:
        return c[1] == 0x80 || c[1] == 0x81;
    case 0xe3:
        return c[1] == 0x80 && c[2] == 0x80;
    default:
        return 0;
    }
}

/* Take the text of a node, without the blanks around it. */
static int take_text(Lifting *lifting, const int32_t *row) {
    const char *begin = lifting->set + row[ROW_START], *end = begin + row[ROW_LENGTH];
    while (begin < end && is_blank(*begin)) {
        begin++;
    }
    while (end > begin && is_blank(end[-1])) {
        end--;
    }
    if (begin < end && may_be_blank(begin)) {
        return 0;
    }
    const char *last = end;
    while (last > begin && ((unsigned char)last[-1] & 0xc0) == 0x80) {
        last--;
    }
    if (last > begin && last < end && may_be_blank(last - 1)) {
        return 0;
    }
    for (const char *at = begin; at < end; at++) {
        lifting->escapes |= *at == '"' || *at == '\\' || (unsigned char)*at < 0x20;
    }
    uint32_t start = (uint32_t)(begin - lifting->set);
    lifting->elements[lifting->element_count++] = (Element){start, (uint32_t)(end - begin)};
    return 1;
}

static uint32_t add_item(Lifting *lifting, const int32_t *row, int32_t size) {
    if (!take_text(lifting, row)) {
        return 0;
    }
    uint32_t item = lifting->item_count++;
    lifting->items[item] = (Item){lifting->element_count - 1, 1, 0, 0};
    if (size > 0) {
        lifting->items[item].slots = open_loop(lifting, size);
        return lifting->items[item].slots == 0 ? 0 : item;
    }
    return item;
}

int place_nodes(Lifting *lifting, const int32_t *rows, size_t count, const int32_t *kinds) {
    uint32_t items[DEEP_MAX];
    int32_t states[DEEP_MAX];
    const int32_t *moves = block(lifting, lifting->program[MOVES]);
    items[0] = add_item(lifting, rows, lifting->program[ROOT_SIZE]);
    states[0] = 0;
    for (size_t n = 1; n < count && items[0] != 0; n++) {
        const int32_t *row = rows + n * ROW_WORDS_OF_NODE;
        int32_t depth = row[ROW_DEPTH], kind = kinds[row[ROW_NAME]];
        if (depth < 1 || depth >= DEEP_MAX) {
            return 0;
        }
        int32_t above = states[depth - 1];
        int32_t move_at = above == UNREAD ? 0 : moves[above * lifting->program[KIND_COUNT] + kind];
        states[depth] = UNREAD;
        if (move_at == 0) {
            continue;
        }
        const int32_t *move = block(lifting, move_at);
        uint32_t item = add_item(lifting, row, move[MODE] == OPEN ? move[SIZE] : 0);
        if (item == 0) {
            return 0;
        }
        keep(lifting, items[depth - 1], move[SLOT], item);
        items[depth] = item;
        states[depth] = move[MODE] == OPEN ? move[STATE] : UNREAD;
    }
    return items[0] != 0;
}
