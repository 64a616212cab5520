/* Taking release characters out of a set (EDIFACT): what one stands before has no other meaning than its own. */
#include "lift.h"

/* What separates once release characters are out: the information separators, which no element may hold. */
enum { SEGMENT = 0x1c, ELEMENT = 0x1d, COMPONENT = 0x1f };

static unsigned char meaning_of(const Lifting *lifting, unsigned char c) {
    if (c == lifting->terminator) {
        return SEGMENT;
    }
    if (c == lifting->separator) {
        return ELEMENT;
    }
    return c == lifting->component ? COMPONENT : c;
}

static int is_layout(unsigned char c) { return c == '\r' || c == '\n' || c == '\t' || c == ' '; }

/* Only what has a meaning is released here; to release a letter, or nothing, is odd, and left to the explaining path. */
int take_releases_out(Lifting *lifting, unsigned char release, char *into) {
    const char *at = lifting->set;
    char *made = into;
    for (; at < lifting->end; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == release) {
            unsigned char next = at + 1 < lifting->end ? (unsigned char)at[1] : 0;
            if (next != release && (meaning_of(lifting, next) == next || next < 0x20)) {
                return 0;
            }
            *made++ = (char)next;
            at++;
            continue;
        }
        unsigned char meant = meaning_of(lifting, c);
        if (meant == c && c < 0x20 && !is_layout(c)) {
            return 0;
        }
        *made++ = (char)meant;
    }
    lifting->set = into;
    lifting->end = made;
    lifting->terminator = SEGMENT;
    lifting->separator = ELEMENT;
    lifting->component = COMPONENT;
    return 1;
}
