/* Writing a struct of ours as JSON, field by field, in the order in which the struct has them. */
#include "lift.h"

/* The words of each kind of field; see maps/native_fields.py, which writes them. A member's text brings its comma. */
enum { CONSTANT, VALUE, KEPT, TEXTS, GROUP, ROWS, SUM };
enum { OP, KEY, KEY_LENGTH, FIELD };
enum { VALUE_SOURCES = FIELD, VALUE_FORM, VALUE_TABLE, VALUE_ABSENT, VALUE_EMPTY, VALUE_EMPTY_LENGTH, VALUE_DEFAULT,
       VALUE_TOTAL, VALUE_PARTS };
enum { REFUSED, WRITTEN, NUMBERED };
enum { KEPT_SOURCES = FIELD, KEPT_TABLE };
enum { TEXTS_EACH = FIELD, TEXTS_SPOTS, TEXTS_FORM, TEXTS_EMPTY };
enum { GROUP_WHEN = FIELD, GROUP_SCOPES, GROUP_NEEDS, GROUP_HOLLOW, GROUP_ABSENT, GROUP_EMPTY, GROUP_EMPTY_LENGTH,
       GROUP_RECORD };
enum { ROWS_VARIANTS = FIELD, ROWS_EMPTY, ROWS_EMPTY_LENGTH, ROWS_TOTAL };
enum { SUM_SPOT = FIELD, SUM_ELEMENT, SUM_COMPONENT, SUM_FORM, SUM_EMPTY };
enum { TABLE_OTHER, TABLE_WORD, TABLE_WORD_LENGTH, TABLE_AFTER, TABLE_AFTER_LENGTH, TABLE_OPEN, TABLE_SIZE, TABLE_ROWS };
enum { NO_OTHER, ONE_WORD, AROUND };
enum { ROW_CODE, ROW_CODE_LENGTH, ROW_WORD, ROW_WORD_LENGTH, ROW_KEPT, ROW_WORDS };
enum { VARIANT_WITHIN, VARIANT_EACH, VARIANT_RECORD, VARIANT_TREE, VARIANT_WORDS };
enum { PART_AT, PART_ZONE, PART_WORDS };
enum { TREE_PARENT, TREE_LEVEL, TREE_CODES };

static int put_key(Lifting *lifting, const int32_t *field) {
    return put_member(&lifting->out, pooled(lifting, field + KEY));
}

/* Return the row of a code, or NULL; rows are sorted by the length of the code, then by its bytes. */
static const int32_t *search(const Lifting *lifting, const int32_t *table, Text code) {
    int32_t low = 0, high = table[TABLE_SIZE];
    while (low < high) {
        int32_t middle = (low + high) / 2;
        const int32_t *row = table + TABLE_ROWS + middle * ROW_WORDS;
        int order = row[ROW_CODE_LENGTH] - code.length;
        const char *at = lifting->pool + row[ROW_CODE];
        for (int32_t n = 0; order == 0 && n < code.length; n++) {
            order = (unsigned char)at[n] - (unsigned char)code.at[n];
        }
        if (order == 0) {
            return row;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

static const int32_t *row_of(Lifting *lifting, const int32_t *table, Text code) {
    Known *known = &lifting->known[(table - lifting->program) % KNOWN_MAX];
    if (known->table != table || !same(known->code, code)) {
        *known = (Known){table, search(lifting, table, code), code};
    }
    return known->row;
}

/* Write what a code means. A word of no length is the field's default, which canonical JSON leaves out. */
static int write_word(Lifting *lifting, const int32_t *field, const int32_t *table, Text code) {
    const int32_t *row = row_of(lifting, table, code);
    if (row == NULL && table[TABLE_OTHER] == NO_OTHER) {
        return 0;
    }
    if (row == NULL && table[TABLE_OTHER] == AROUND) {
        Text before = pooled(lifting, table + TABLE_WORD), after = pooled(lifting, table + TABLE_AFTER);
        return put_key(lifting, field) && put(&lifting->out, before.at, (size_t)before.length) &&
               put_escaped(lifting, code) && put(&lifting->out, after.at, (size_t)after.length);
    }
    Text word = pooled(lifting, row == NULL ? table + TABLE_WORD : row + ROW_WORD);
    return word.length == 0 || (put_key(lifting, field) && put(&lifting->out, word.at, (size_t)word.length));
}

static int write_row_number(Lifting *lifting, const int32_t *field, int32_t row) {
    char digits[12];
    char *at = digits + sizeof digits;
    uint32_t number = (uint32_t)row + 1;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return row >= 0 && put_key(lifting, field) &&
           put_quoted(lifting, (Text){at, (int32_t)(digits + sizeof digits - at)});
}

static int write_absent(Lifting *lifting, const int32_t *field, int32_t row) {
    switch (field[VALUE_ABSENT]) {
    case WRITTEN:
        return put_member(&lifting->out, pooled(lifting, field + VALUE_EMPTY));
    case NUMBERED:
        return write_row_number(lifting, field, row);
    default:
        return 0;
    }
}

static Text part_of(Lifting *lifting, int32_t spot) {
    return spot == 0 ? (Text){"", 0} : said_at(lifting, block(lifting, spot));
}

/* A date's source that says anything brings its time and zone with it, or the code of its format. */
static int write_parts(Lifting *lifting, const int32_t *field) {
    const int32_t *sources = block(lifting, field[VALUE_SOURCES]), *part = block(lifting, field[VALUE_PARTS]) + 1;
    for (int32_t n = 1; n <= sources[0]; n++, part += PART_WORDS) {
        Text on = said_at(lifting, block(lifting, sources[n]));
        if (on.length != 0) {
            Text at = part_of(lifting, part[PART_AT]), zone = part_of(lifting, part[PART_ZONE]);
            int form = field[VALUE_FORM];
            return put_key(lifting, field) &&
                   (form == MOMENT          ? write_moment(lifting, on, at, zone)
                    : form == ISO_DAY_CLOCK ? write_iso_day_clock(lifting, on, at)
                                            : write_dated(lifting, form, on, at));
        }
    }
    return 0;
}

static int add_up(Lifting *lifting, const int32_t *field, Text said) {
    Amount amount;
    return amount_of(field[VALUE_FORM], said, &amount) && add(&lifting->totals[field[VALUE_TOTAL] - 1], amount);
}

static int write_value(Lifting *lifting, const int32_t *field, int32_t row) {
    Text said = said_first(lifting, block(lifting, field[VALUE_SOURCES]));
    if (said.length == 0) {
        return write_absent(lifting, field, row);
    }
    if (field[VALUE_TABLE] != 0) {
        return write_word(lifting, field, block(lifting, field[VALUE_TABLE]), said);
    }
    if (field[VALUE_PARTS] != 0) {
        return write_parts(lifting, field);
    }
    int32_t value;
    if (field[VALUE_FORM] == INTEGER && whole_number(said, &value) && value == field[VALUE_DEFAULT]) {
        return 1;
    }
    if (field[VALUE_TOTAL] != 0 && !add_up(lifting, field, said)) {
        return 0;
    }
    return put_key(lifting, field) && write_form(lifting, field[VALUE_FORM], said);
}

/* Keep the partner's own code where it says more than our word does. */
static int write_kept(Lifting *lifting, const int32_t *field) {
    Text said = said_first(lifting, block(lifting, field[KEPT_SOURCES]));
    if (said.length == 0) {
        return 1;
    }
    const int32_t *table = block(lifting, field[KEPT_TABLE]);
    const int32_t *row = row_of(lifting, table, said);
    int kept = row == NULL ? table[TABLE_OPEN] : row[ROW_KEPT];
    return !kept || (put_key(lifting, field) && put_quoted(lifting, said));
}

/* A list being written: it gets its key and bracket with the first item, so that an empty one can be left out. */
typedef struct {
    const int32_t *field;
    const int32_t *variant;
    int depth;
    int32_t count;
    int failed;
} List;

static int begin_item(Lifting *lifting, const List *list) {
    if (list->count > 0) {
        return put(&lifting->out, ",", 1);
    }
    return put_key(lifting, list->field) && put(&lifting->out, "[", 1);
}

static int end_list(Lifting *lifting, const List *list, const int32_t *empty) {
    if (list->failed) {
        return 0;
    }
    return list->count == 0 ? put_member(&lifting->out, pooled(lifting, empty)) : put(&lifting->out, "]", 1);
}

static int gather(Lifting *lifting, List *list) {
    const int32_t *spots = block(lifting, list->field[TEXTS_SPOTS]);
    for (int32_t n = 1; n <= spots[0]; n++) {
        Text said = said_at(lifting, block(lifting, spots[n]));
        if (said.length == 0) {
            continue;
        }
        if (!begin_item(lifting, list) || !write_form(lifting, list->field[TEXTS_FORM], said)) {
            return 0;
        }
        list->count++;
    }
    return 1;
}

static int gather_there(Lifting *lifting, uint32_t at, void *about) {
    List *list = about;
    lifting->env[list->depth + 1] = at;
    list->failed = !gather(lifting, list);
    return list->failed;
}

static int write_texts(Lifting *lifting, const int32_t *field, int depth) {
    List list = {field, NULL, depth, 0, 0};
    if (field[TEXTS_EACH] == 0) {
        list.failed = !gather(lifting, &list);
    } else {
        visit_all(lifting, block(lifting, field[TEXTS_EACH]), gather_there, &list);
    }
    return end_list(lifting, &list, field + TEXTS_EMPTY);
}

static uint32_t first_of(Lifting *lifting, const int32_t *spots) {
    uint32_t found = 0;
    for (int32_t n = 1; n <= spots[0] && found == 0; n++) {
        found = first(lifting, block(lifting, spots[n]));
    }
    return found;
}

static int write_group(Lifting *lifting, const int32_t *field, int depth) {
    int there = field[GROUP_WHEN] == 0 || first(lifting, block(lifting, field[GROUP_WHEN])) != 0;
    if (there && field[GROUP_SCOPES] != 0) {
        uint32_t scope = first_of(lifting, block(lifting, field[GROUP_SCOPES]));
        there = scope != 0;
        lifting->env[++depth] = scope;
    }
    if (there && field[GROUP_NEEDS] != 0) {
        there = said_first(lifting, block(lifting, field[GROUP_NEEDS])).length != 0;
    }
    if (!there) {
        return field[GROUP_ABSENT] == WRITTEN && put_member(&lifting->out, pooled(lifting, field + GROUP_EMPTY));
    }
    size_t before = lifting->out.used;
    if (!put_key(lifting, field)) {
        return 0;
    }
    size_t begun = lifting->out.used;
    if (!write_record(lifting, block(lifting, field[GROUP_RECORD]), depth, -1)) {
        return 0;
    }
    if (field[GROUP_HOLLOW] && lifting->out.used == begun + 2) {
        lifting->out.used = before;
        return put_member(&lifting->out, pooled(lifting, field + GROUP_EMPTY));
    }
    return 1;
}

/* A node that names no parent is hung up by the explaining path, which remarks upon it. */
static int hangs(Lifting *lifting, const int32_t *tree) {
    if (said_first(lifting, block(lifting, tree[TREE_PARENT])).length != 0) {
        return 1;
    }
    Text level = said_first(lifting, block(lifting, tree[TREE_LEVEL]));
    return !listed(lifting, block(lifting, tree[TREE_CODES]), level);
}

static int write_row(Lifting *lifting, uint32_t at, void *about) {
    List *list = about;
    const int32_t *variant = list->variant;
    lifting->env[list->depth + 1] = at;
    list->failed = !begin_item(lifting, list) ||
                   !write_record(lifting, block(lifting, variant[VARIANT_RECORD]), list->depth + 1, list->count) ||
                   (variant[VARIANT_TREE] != 0 && !hangs(lifting, block(lifting, variant[VARIANT_TREE])));
    list->count++;
    return list->failed;
}

/* Rows that stand in a loop of their own, which rules may read too. */
static int write_rows_within(Lifting *lifting, uint32_t at, void *about) {
    List *list = about;
    lifting->env[++list->depth] = at;
    visit_all(lifting, block(lifting, list->variant[VARIANT_EACH]), write_row, list);
    list->depth--;
    return list->failed;
}

static int write_rows(Lifting *lifting, const int32_t *field, int depth) {
    const int32_t *variants = block(lifting, field[ROWS_VARIANTS]);
    List list = {field, NULL, depth, 0, 0};
    for (int32_t n = 0; n < variants[0] && !list.failed; n++) {
        list.variant = variants + 1 + n * VARIANT_WORDS;
        if (list.variant[VARIANT_WITHIN] != 0) {
            visit_all(lifting, block(lifting, list.variant[VARIANT_WITHIN]), write_rows_within, &list);
        } else {
            visit_all(lifting, block(lifting, list.variant[VARIANT_EACH]), write_row, &list);
        }
    }
    if (field[ROWS_TOTAL] != 0) {
        lifting->totals[field[ROWS_TOTAL] - 1].billionths += (__int128)list.count * ONE;
    }
    return end_list(lifting, &list, field + ROWS_EMPTY);
}

typedef struct {
    const int32_t *field;
    Amount amount;
    int failed;
} Sum;

static int add_there(Lifting *lifting, uint32_t at, void *about) {
    Sum *sum = about;
    Text said = said_in(lifting, at, sum->field[SUM_ELEMENT], sum->field[SUM_COMPONENT]);
    Amount amount;
    if (said.length != 0) {
        sum->failed = !amount_of(sum->field[SUM_FORM], said, &amount) || !add(&sum->amount, amount);
    }
    return sum->failed;
}

static int write_total(Lifting *lifting, const int32_t *field) {
    Sum sum = {field, {0, 0}, 0};
    visit_all(lifting, block(lifting, field[SUM_SPOT]), add_there, &sum);
    if (sum.failed) {
        return 0;
    }
    if (sum.amount.billionths == 0) {
        return put_member(&lifting->out, pooled(lifting, field + SUM_EMPTY));
    }
    return put_key(lifting, field) && write_amount(lifting, sum.amount);
}

static int write_field(Lifting *lifting, const int32_t *field, int depth, int32_t row) {
    switch (field[OP]) {
    case CONSTANT:
        return put_key(lifting, field);
    case VALUE:
        return write_value(lifting, field, row);
    case KEPT:
        return write_kept(lifting, field);
    case TEXTS:
        return write_texts(lifting, field, depth);
    case GROUP:
        return write_group(lifting, field, depth);
    case ROWS:
        return write_rows(lifting, field, depth);
    case SUM:
        return write_total(lifting, field);
    default:
        return 0;
    }
}

int write_record(Lifting *lifting, const int32_t *record, int depth, int32_t row) {
    Text opening = pooled(lifting, record);
    if (!put(&lifting->out, opening.at, (size_t)opening.length)) {
        return 0;
    }
    for (int32_t n = 0; n < record[2]; n++) {
        if (!write_field(lifting, block(lifting, record[3 + n]), depth, row)) {
            return 0;
        }
    }
    return put(&lifting->out, "}", 1);
}
