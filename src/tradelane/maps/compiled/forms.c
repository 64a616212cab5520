/* How one value is read and written as JSON: what maps/forms.py reads, and only what it reads without a complaint. */
#include "lift.h"

/* The limits of model/quantity.py and of maps/forms.py, and room for any number of 128 bits. */
enum { DIGITS_MAX = 18, WHOLE_DIGITS_MAX = 9, PLAIN_MAX = 48 };

int is_digits(Text said) {
    for (int32_t n = 0; n < said.length; n++) {
        if (said.at[n] < '0' || said.at[n] > '9') {
            return 0;
        }
    }
    return said.length > 0;
}

static const int64_t POWERS[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, ONE};

/* Read plain digits with at most one point, or where *comma* says so a comma in its stead. */
static int number_of(Text said, int comma, Amount *amount) {
    int64_t value = 0;
    int32_t n = 0, digits = 0, decimals = 0;
    for (; n < said.length && said.at[n] >= '0' && said.at[n] <= '9'; n++) {
        digits += digits > 0 || said.at[n] != '0';
        if (digits > DIGITS_MAX) {
            return 0;
        }
        value = value * 10 + (said.at[n] - '0');
    }
    if (n < said.length && (said.at[n] == '.' || (comma && said.at[n] == ','))) {
        for (n++; n < said.length && said.at[n] >= '0' && said.at[n] <= '9'; n++) {
            if (++decimals > SCALE_MAX || digits + decimals > DIGITS_MAX) {
                return 0;
            }
            value = value * 10 + (said.at[n] - '0');
        }
    }
    if (n != said.length || said.length == 0 || (said.length == 1 && !is_digits(said))) {
        return 0;
    }
    *amount = (Amount){(__int128)value * POWERS[SCALE_MAX - decimals], decimals};
    return 1;
}

/* What is longer than this may have zeros behind its last decimal that say nothing; see maps/iso_forms.py. */
enum { IDLE_FROM = 8 };

static Text without_idle_zeros(Text digits) {
    int has_point = digits.length > IDLE_FROM && memchr(digits.at, '.', (size_t)digits.length) != NULL;
    while (has_point && digits.at[digits.length - 1] == '0') {
        digits.length--;
    }
    return digits;
}

int amount_of(int form, Text said, Amount *amount) {
    int comma = form == DECIMAL || form == SIGNED_DECIMAL, is_positive = form == NUMBER || form == DECIMAL;
    int minus = !is_positive && form != XML_NUMBER && said.length > 0 && said.at[0] == '-';
    Text digits = {said.at + minus, said.length - minus};
    if (form == XML_NUMBER || form == XML_SIGNED) {
        digits = without_idle_zeros(digits);
    }
    if (!number_of(digits, comma, amount)) {
        return 0;
    }
    if (form == CENTS) {
        if (!is_digits(digits) || digits.length > DIGITS_MAX) {
            return 0;
        }
        *amount = (Amount){amount->billionths / 100, 2};
    }
    amount->billionths = minus ? -amount->billionths : amount->billionths;
    return 1;
}

/* Add up, as far as a decimal of Python's would be exact. */
int add(Amount *sum, Amount amount) {
    static const __int128 most = (__int128)10000000000000000 * 1000000000000;
    sum->billionths += amount.billionths;
    sum->scale = amount.scale > sum->scale ? amount.scale : sum->scale;
    return sum->billionths < most && sum->billionths > -most;
}

/* Write an amount as Python's decimals are written: digits from the right, with as many decimals as were said. */
int write_amount(Lifting *lifting, Amount amount) {
    char plain[PLAIN_MAX];
    char *at = plain + PLAIN_MAX;
    int minus = amount.billionths < 0, written = 0;
    unsigned __int128 rest = (unsigned __int128)(minus ? -amount.billionths : amount.billionths);
    /* Dividing 128 bits is slow, and amounts are mostly small. */
    uint64_t divisor = (uint64_t)POWERS[SCALE_MAX - amount.scale];
    rest = rest <= UINT64_MAX ? (uint64_t)rest / divisor : rest / divisor;
    *--at = '"';
    for (; rest != 0 || written <= amount.scale; written++) {
        if (written == amount.scale && amount.scale > 0) {
            *--at = '.';
        }
        *--at = (char)('0' + (rest <= UINT64_MAX ? (int)((uint64_t)rest % 10) : (int)(rest % 10)));
        rest = rest <= UINT64_MAX ? (uint64_t)rest / 10 : rest / 10;
    }
    if (minus) {
        *--at = '-';
    }
    *--at = '"';
    return put(&lifting->out, at, (size_t)(plain + PLAIN_MAX - at));
}

int whole_number(Text said, int32_t *value) {
    if (!is_digits(said) || said.length > WHOLE_DIGITS_MAX) {
        return 0;
    }
    *value = 0;
    for (int32_t n = 0; n < said.length; n++) {
        *value = *value * 10 + (said.at[n] - '0');
    }
    return 1;
}

static int write_whole(Lifting *lifting, Text said) {
    int32_t value, skipped = 0;
    if (!whole_number(said, &value)) {
        return 0;
    }
    while (skipped < said.length - 1 && said.at[skipped] == '0') {
        skipped++;
    }
    return put(&lifting->out, said.at + skipped, (size_t)(said.length - skipped));
}

static int write_gtin(Lifting *lifting, Text said) {
    if (said.length > 14 || !is_digits(said)) {
        return 0;
    }
    char written[] = "\"00000000000000\"";
    memcpy(written + 15 - said.length, said.at, (size_t)said.length);
    return put(&lifting->out, written, sizeof written - 1);
}

static int write_sscc(Lifting *lifting, Text said) {
    int marked = said.length >= 20 && said.at[0] == '0' && said.at[1] == '0';
    int prefixed = marked && characters(said.at, said.at + said.length) == 20;
    return put_quoted(lifting, (Text){said.at + 2 * prefixed, said.length - 2 * prefixed});
}

int write_form(Lifting *lifting, int form, Text said) {
    Amount amount;
    switch (form) {
    case TEXT:
        return put_quoted(lifting, said);
    case NUMBER:
    case SIGNED:
    case CENTS:
    case DECIMAL:
    case SIGNED_DECIMAL:
    case XML_NUMBER:
    case XML_SIGNED:
        return amount_of(form, said, &amount) && write_amount(lifting, amount);
    case INTEGER:
        return write_whole(lifting, said);
    case DAY:
        return write_day(lifting, said);
    case CLOCK:
        return write_clock(lifting, said);
    case ISO_DAY:
        return write_iso_day(lifting, said);
    case ISO_MOMENT:
        return write_iso_moment(lifting, said);
    case GTIN:
        return write_gtin(lifting, said);
    case SSCC:
        return write_sscc(lifting, said);
    default:
        return 0;
    }
}
