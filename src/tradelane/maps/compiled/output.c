/* Writing JSON into one growing buffer that may not outgrow its bound. */
#include <stdlib.h>

#include "lift.h"

int grow(Output *out, size_t more) {
    if (more > out->most - out->used) {
        return 0;
    }
    size_t room = out->room * 2 > out->used + more ? out->room * 2 : out->used + more;
    room = room > out->most ? out->most : room;
    char *grown = realloc(out->at, room);
    if (grown == NULL) {
        return 0;
    }
    out->at = grown;
    out->room = room;
    return 1;
}

int put_escaped(Lifting *lifting, Text text) {
    if (!lifting->escapes) {
        return put(&lifting->out, text.at, (size_t)text.length);
    }
    for (int32_t n = 0; n < text.length; n++) {
        char c = text.at[n];
        /* Of control characters only these two stand in any text, and only in that of a tree. */
        char written[2] = {'\\', c == '\n' ? 'n' : c == '\t' ? 't' : c};
        int is_plain = c != '"' && written[1] == c && c != '\\';
        if (!put(&lifting->out, written + is_plain, (size_t)(2 - is_plain))) {
            return 0;
        }
    }
    return 1;
}

int put_quoted(Lifting *lifting, Text text) {
    Output *out = &lifting->out;
    size_t length = (size_t)text.length;
    if (!lifting->escapes && reserve(out, length + 2)) {
        char *at = out->at + out->used;
        *at = '"';
        memcpy(at + 1, text.at, length);
        at[length + 1] = '"';
        out->used += length + 2;
        return 1;
    }
    return put(&lifting->out, "\"", 1) && put_escaped(lifting, text) && put(&lifting->out, "\"", 1);
}

/* Put a member, whose text begins with a comma that the first of an object or array does without. */
int put_member(Output *out, Text member) {
    if (member.length == 0) {
        return 1;
    }
    char last = out->used == 0 ? '{' : out->at[out->used - 1];
    int is_first = last == '{' || last == '[';
    return put(out, member.at + is_first, (size_t)(member.length - is_first));
}
