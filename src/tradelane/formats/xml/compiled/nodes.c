/* Reading XML that is plainly in order into rows of numbers; whatever is unusual is refused without a word.
 *
 * It takes less than XML is: UTF-8 (which the caller has made sure of), names of ASCII letters, prefixes declared at the
 * root alone, the five entities everybody has; no document type, no instruction, no CDATA. What it takes, the parser of
 * formats/xml/parse.py reads alike: tests hold it to that. Functions say 1 when all is well and 0 to refuse.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Tighter than what formats/xml/parse.py takes, so that whatever is near its limits is for it to judge. */
enum { DEPTH_MAX = 64, NODES_MAX = 1 << 17, ATTRIBUTES_MAX = 64 };
enum { LETTERS_MAX = 200, NAMES_MAX = 512, VALUE_MAX = 1 << 14, TABLE = 2048 };

/* A node: which name, how deep, where its text stands among the texts and how long it is. */
typedef struct {
    int32_t name, depth, start, length;
} Row;

typedef struct {
    const char *at;
    int32_t length;
} Name;

typedef struct {
    const char *at, *end;
    Row *rows;
    int32_t count, room;
    char *texts;
    int32_t used;
    Name names[NAMES_MAX];
    int32_t name_count;
    int16_t table[TABLE];
    int32_t open[DEPTH_MAX]; /* the row of each element that is open */
    int has_inner[DEPTH_MAX];
    int32_t depth;
    const char *root, *past; /* where the outermost element begins, and what follows it */
} Reader;

static int is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static int is_name_sign(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; }

static void skip_blanks(Reader *reader) {
    while (reader->at < reader->end && is_blank(*reader->at)) {
        reader->at++;
    }
}

/* Return the number of a name as written, giving it one the first time; -1 to refuse. Attributes have "@" in theirs. */
static int32_t number_of(Reader *reader, const char *at, int32_t length, int is_attribute) {
    uint32_t hash = is_attribute ? 2166136261U ^ 64U : 2166136261U;
    for (int32_t n = 0; n < length; n++) {
        hash = (hash ^ (unsigned char)at[n]) * 16777619U;
    }
    uint32_t place = (hash ^ hash >> 15) % TABLE;
    for (; reader->table[place] != 0; place = (place + 1) % TABLE) {
        const Name *name = &reader->names[reader->table[place] - 1];
        int32_t known = name->length < 0 ? -name->length : name->length;
        if ((name->length < 0) == is_attribute && known == length && memcmp(name->at, at, (size_t)length) == 0) {
            return reader->table[place] - 1;
        }
    }
    if (reader->name_count == NAMES_MAX) {
        return -1;
    }
    reader->names[reader->name_count] = (Name){at, is_attribute ? -length : length};
    reader->table[place] = (int16_t)++reader->name_count;
    return reader->name_count - 1;
}

/* Read a name: letters, perhaps a prefix before one colon. */
static int take_name(Reader *reader, const char **begin, int32_t *length) {
    int colons = 0;
    *begin = reader->at;
    while (reader->at < reader->end) {
        if (reader->at == *begin || reader->at[-1] == ':') {
            if (!is_letter(*reader->at)) {
                return 0;
            }
        } else if (*reader->at == ':') {
            if (++colons > 1) {
                return 0;
            }
        } else if (!is_name_sign(*reader->at)) {
            break;
        }
        reader->at++;
    }
    *length = (int32_t)(reader->at - *begin);
    return *length > 0 && *length <= LETTERS_MAX && reader->at[-1] != ':' && reader->at < reader->end;
}

static int begins(const Reader *reader, const char *text) {
    size_t length = strlen(text);
    return (size_t)(reader->end - reader->at) >= length && memcmp(reader->at, text, length) == 0;
}

/* Put one of the entities everybody has. */
static int take_entity(Reader *reader) {
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    for (int n = 0; n < 5; n++) {
        if (begins(reader, entities[n])) {
            reader->texts[reader->used++] = "&<>\"'"[n];
            reader->at += strlen(entities[n]);
            return 1;
        }
    }
    return 0;
}

/* Put one character of text or value. Lines end in one way; in an attribute, they are blanks. */
static int take_character(Reader *reader, int in_attribute) {
    unsigned char c = (unsigned char)*reader->at;
    if (c == '&') {
        return take_entity(reader);
    }
    if (c == '\r') {
        reader->at += reader->at + 1 < reader->end && reader->at[1] == '\n';
        c = '\n';
    }
    int odd = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    if (odd || (c == ']' && begins(reader, "]]>")) || begins(reader, "\xef\xbf\xbe") || begins(reader, "\xef\xbf\xbf")) {
        return 0;
    }
    reader->texts[reader->used++] = in_attribute && c < 0x20 ? ' ' : (char)c;
    reader->at++;
    return 1;
}

static Row *add(Reader *reader, int32_t name, int32_t depth) {
    if (name < 0 || reader->count == NODES_MAX) {
        return NULL;
    }
    if (reader->count == reader->room) {
        int32_t room = reader->room * 2 + 256;
        Row *rows = realloc(reader->rows, (size_t)room * sizeof(Row));
        if (rows == NULL) {
            return NULL;
        }
        reader->rows = rows;
        reader->room = room;
    }
    reader->rows[reader->count] = (Row){name, depth, reader->used, 0};
    return &reader->rows[reader->count++];
}

static int is_declaration(const char *name, int32_t length) { return length >= 5 && memcmp(name, "xmlns", 5) == 0; }

/* Whether an element has this attribute already. */
static int is_repeated(const Reader *reader, int32_t first, int32_t name) {
    for (int32_t n = first; n < reader->count; n++) {
        if (reader->rows[n].name == name) {
            return 1;
        }
    }
    return 0;
}

static int take_attribute(Reader *reader, int32_t first) {
    const char *name;
    int32_t length;
    if (!take_name(reader, &name, &length) || (is_declaration(name, length) && reader->depth > 0)) {
        return 0;
    }
    int32_t number = number_of(reader, name, length, 1);
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at++ != '=') {
        return 0;
    }
    skip_blanks(reader);
    if (reader->at == reader->end || (*reader->at != '"' && *reader->at != '\'')) {
        return 0;
    }
    char quote = *reader->at++;
    Row *row = is_repeated(reader, first, number) ? NULL : add(reader, number, reader->depth + 1);
    if (row == NULL) {
        return 0;
    }
    while (reader->at < reader->end && *reader->at != quote) {
        if (*reader->at == '<' || !take_character(reader, 1)) {
            return 0;
        }
    }
    row->length = reader->used - row->start;
    return reader->at++ < reader->end && row->length <= VALUE_MAX;
}

/* Between elements there may be nothing but blanks: text beside elements is for the other parser. */
static int only_blanks(const Reader *reader, int32_t from) {
    for (int32_t n = from; n < reader->used; n++) {
        if (!is_blank(reader->texts[n])) {
            return 0;
        }
    }
    return 1;
}

/* Read a start tag after its "<". */
static int take_start(Reader *reader) {
    const char *name;
    int32_t length, above = reader->depth - 1;
    if (above >= 0) {
        Row *row = &reader->rows[reader->open[above]];
        if (!reader->has_inner[above] && !only_blanks(reader, row->start)) {
            return 0;
        }
        reader->used = reader->has_inner[above] ? reader->used : row->start;
        reader->has_inner[above] = 1;
    }
    if (reader->depth == DEPTH_MAX || !take_name(reader, &name, &length) || is_declaration(name, length)) {
        return 0;
    }
    Row *row = add(reader, number_of(reader, name, length, 0), reader->depth);
    if (row == NULL) {
        return 0;
    }
    int32_t self = reader->count - 1;
    for (int32_t attributes = 0;; attributes++) {
        const char *before = reader->at;
        skip_blanks(reader);
        if (reader->at == reader->end || attributes > ATTRIBUTES_MAX) {
            return 0;
        }
        if (*reader->at == '>' || *reader->at == '/') {
            break;
        }
        if (reader->at == before || !take_attribute(reader, self + 1)) {
            return 0;
        }
    }
    reader->rows[self].start = reader->used;
    if (*reader->at == '/') {
        reader->at += 2;
        return reader->at <= reader->end && reader->at[-1] == '>';
    }
    reader->at++;
    reader->open[reader->depth] = self;
    reader->has_inner[reader->depth++] = 0;
    return 1;
}

/* Read an end tag after its "</". */
static int take_end(Reader *reader) {
    const char *name;
    int32_t length;
    if (reader->depth == 0 || !take_name(reader, &name, &length)) {
        return 0;
    }
    reader->depth--;
    Row *row = &reader->rows[reader->open[reader->depth]];
    const Name *opened = &reader->names[row->name];
    if (opened->length != length || memcmp(opened->at, name, (size_t)length) != 0) {
        return 0;
    }
    row->length = reader->has_inner[reader->depth] ? 0 : reader->used - row->start;
    skip_blanks(reader);
    return reader->at < reader->end && *reader->at++ == '>';
}

static int take_comment(Reader *reader) {
    if (!begins(reader, "<!--")) {
        return 0;
    }
    for (reader->at += 4; reader->at + 3 <= reader->end; reader->at++) {
        unsigned char c = (unsigned char)*reader->at;
        if (begins(reader, "--")) {
            reader->at += 3;
            return reader->at[-1] == '>';
        }
        if ((c < 0x20 && !is_blank((char)c)) || begins(reader, "\xef\xbf\xbe") || begins(reader, "\xef\xbf\xbf")) {
            return 0;
        }
    }
    return 0;
}

static int take_mark(Reader *reader) {
    if (begins(reader, "<!")) {
        return take_comment(reader);
    }
    reader->at++;
    if (reader->at == reader->end) {
        return 0;
    }
    if (*reader->at == '/') {
        reader->at++;
        return take_end(reader);
    }
    reader->root = reader->count == 0 ? reader->at - 1 : reader->root;
    return (reader->depth > 0 || reader->count == 0) && take_start(reader);
}

/* Read it all: one element with what it holds, and around it nothing but blanks and comments. */
static int run(Reader *reader) {
    while (reader->at < reader->end) {
        if (*reader->at == '<') {
            int is_within = reader->depth > 0 || reader->count == 0;
            if (!take_mark(reader)) {
                return 0;
            }
            reader->past = is_within ? reader->at : reader->past;
        } else if (reader->depth == 0) {
            if (!is_blank(*reader->at++)) {
                return 0;
            }
        } else if (reader->has_inner[reader->depth - 1]) {
            /* What stands between elements is never kept: blanks are passed over, all else is refused. */
            if (!is_blank(*reader->at++)) {
                return 0;
            }
        } else if (!take_character(reader, 0)) {
            return 0;
        }
    }
    return reader->depth == 0 && reader->count > 0;
}

static PyObject *names_of(const Reader *reader) {
    PyObject *names = PyTuple_New(reader->name_count);
    for (int32_t n = 0; names != NULL && n < reader->name_count; n++) {
        const Name *name = &reader->names[n];
        char marked[LETTERS_MAX + 1] = "@";
        memcpy(marked + 1, name->at, (size_t)(name->length < 0 ? -name->length : name->length));
        PyObject *said = name->length < 0 ? PyUnicode_FromStringAndSize(marked, 1 - name->length)
                                          : PyUnicode_FromStringAndSize(name->at, name->length);
        if (said == NULL || PyTuple_SetItem(names, n, said) < 0) {
            Py_DECREF(names);
            return NULL;
        }
    }
    return names;
}

static PyObject *read_nodes(PyObject *module, PyObject *argument) {
    (void)module;
    char *body;
    Py_ssize_t length;
    if (PyBytes_AsStringAndSize(argument, &body, &length) < 0) {
        return NULL;
    }
    if (length > INT32_MAX / 2) {
        return Py_NewRef(Py_None);
    }
    Reader *reader = calloc(1, sizeof(Reader));
    char *texts = malloc((size_t)length + 1);
    if (reader == NULL || texts == NULL) {
        free(reader);
        free(texts);
        return PyErr_NoMemory();
    }
    reader->at = body;
    reader->end = body + length;
    reader->texts = texts;
    PyObject *found = NULL, *names = NULL;
    if (!run(reader)) {
        found = Py_NewRef(Py_None);
    } else if ((names = names_of(reader)) != NULL) {
        found = Py_BuildValue("(Ny#y#nn)", names, (char *)reader->rows,
                              (Py_ssize_t)((size_t)reader->count * sizeof(Row)), reader->texts,
                              (Py_ssize_t)reader->used, (Py_ssize_t)(reader->root - body),
                              (Py_ssize_t)(reader->past - body));
    }
    free(reader->rows);
    free(reader->texts);
    free(reader);
    return found;
}

static PyMethodDef functions[] = {
    {"read_nodes", read_nodes, METH_O, "Return the names, rows, texts, beginning and end of an XML document, or None."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_nodes", "Reading XML that is in order.", 0, functions, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__nodes(void);
PyMODINIT_FUNC PyInit__nodes(void) { return PyModuleDef_Init(&definition); }
