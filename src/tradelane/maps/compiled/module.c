/* The door to the compiled core: a program, a set's bytes and its separators in, a release character last (0: none);
 * canonical JSON out, or None. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdlib.h>

#include "lift.h"

/* JSON names its fields, and a row may repeat what the heading says; more than this is somebody's attack. */
enum { GROWTH_MAX = 64, OUTPUT_MIN = 1 << 20, SEGMENTS_MAX = 1 << 18 };

/* How often rules may look at an occurrence, for each there is and for the whole set. */
enum { STEPS_EACH = 64, STEPS_MIN = 1 << 22 };

static int totals_agree(Lifting *lifting) {
    const int32_t *counts = block(lifting, lifting->program[COUNTS]);
    for (int32_t n = 0; n < counts[0]; n++) {
        Text said = said_at(lifting, block(lifting, counts[1 + n]));
        Amount amount;
        if (said.length == 0) {
            continue;
        }
        if (!amount_of(NUMBER, said, &amount) || amount.billionths != lifting->totals[n].billionths) {
            return 0;
        }
    }
    return 1;
}

/* Memory for one set, kept for the next: the interpreter's lock is held throughout, so one call at a time has it.
 * What a very large set needed is given back. */
typedef struct {
    char *at;
    size_t room;
} Memory;

enum { KEPT_MAX = 1 << 20 };

static Memory tables, written, plain;

static void *reserved(Memory *memory, size_t room) {
    if (room > memory->room) {
        free(memory->at);
        memory->at = malloc(room);
        memory->room = memory->at == NULL ? 0 : room;
    }
    return memory->at;
}

static void give_back(Memory *memory) {
    if (memory->room > KEPT_MAX) {
        free(memory->at);
        *memory = (Memory){NULL, 0};
    }
}

/* Count a sign; in stretches that fit a byte, which the compiler makes wide steps of. */
static size_t counted(const Lifting *lifting, unsigned char sign) {
    size_t count = 0;
    const char *at = lifting->set;
    while (at < lifting->end) {
        const char *stop = lifting->end - at > UINT8_MAX ? at + UINT8_MAX : lifting->end;
        unsigned char found = 0;
        for (; at < stop; at++) {
            found = (unsigned char)(found + ((unsigned char)*at == sign));
        }
        count += found;
    }
    return count;
}

/* Set the tables up for the most there can be. */
static int make_room(Lifting *lifting, size_t segments, size_t elements) {
    if (segments > SEGMENTS_MAX) {
        return 0;
    }
    size_t length = (size_t)(lifting->end - lifting->set), slots = segments * (size_t)lifting->program[WIDEST];
    size_t room = segments * sizeof(Item) + slots * sizeof(Slot) + elements * sizeof(Element);
    char *table = reserved(&tables, room);
    lifting->out = (Output){reserved(&written, length * 2 + 512), 0, written.room, length * GROWTH_MAX + OUTPUT_MIN};
    if (table == NULL || lifting->out.at == NULL) {
        return 0;
    }
    lifting->items = (Item *)(void *)table;
    lifting->slots = (Slot *)(void *)(table + segments * sizeof(Item));
    lifting->elements = (Element *)(void *)(lifting->slots + slots);
    lifting->slot_room = (uint32_t)slots;
    lifting->item_count = 1;
    lifting->slot_count = 1;
    return 1;
}

static int write_all(Lifting *lifting) {
    if (!complete(lifting, block(lifting, lifting->program[LOOPS]), 1)) {
        return 0;
    }
    lifting->env[0] = 1;
    lifting->steps = STEPS_MIN + STEPS_EACH * (uint64_t)lifting->item_count;
    return write_record(lifting, block(lifting, lifting->program[RECORD]), 0, -1) && totals_agree(lifting) &&
           lifting->steps != 0;
}

/* Where the set has release characters, what follows reads a copy without them. */
static int take_out(Lifting *lifting, unsigned char release) {
    size_t length = (size_t)(lifting->end - lifting->set);
    if (release == 0 || memchr(lifting->set, release, length) == NULL) {
        return 1;
    }
    char *into = reserved(&plain, length);
    return into != NULL && take_releases_out(lifting, release, into);
}

static int run(Lifting *lifting, unsigned char release) {
    lifting->by_line = lifting->terminator == '\r' || lifting->terminator == '\n';
    if (!take_out(lifting, release)) {
        return 0;
    }
    /* An element needs a separator, a segment a terminator. */
    size_t segments = 3 + counted(lifting, lifting->terminator), elements = 1 + counted(lifting, lifting->separator);
    return make_room(lifting, segments, elements) && cut(lifting) && write_all(lifting);
}

static int run_nodes(Lifting *lifting, const int32_t *rows, size_t count, const int32_t *kinds) {
    return make_room(lifting, count + 2, count + 1) && place_nodes(lifting, rows, count, kinds) && write_all(lifting);
}

static int separators_of(Lifting *lifting, unsigned char *release, PyObject *const *from) {
    unsigned char *signs[] = {&lifting->terminator, &lifting->separator, &lifting->component, release};
    for (int n = 0; n < 4; n++) {
        long sign = PyLong_AsLong(from[n]);
        if (sign < 0 || sign > 127) {
            return 0;
        }
        *signs[n] = (unsigned char)sign;
    }
    return 1;
}

static void set_up(Lifting *lifting, const char *program, const char *set, Py_ssize_t length) {
    lifting->program = (const int32_t *)(const void *)program;
    lifting->pool = program + (size_t)lifting->program[WORDS] * sizeof(int32_t);
    lifting->set = set;
    lifting->end = set + length;
}

/* Return the JSON if it was taken, and keep the memory for the next. */
static PyObject *finished(Lifting *lifting, int taken) {
    PyObject *json = taken ? PyBytes_FromStringAndSize(lifting->out.at, (Py_ssize_t)lifting->out.used) : NULL;
    if (lifting->out.at != NULL) {
        written = (Memory){lifting->out.at, lifting->out.room};
    }
    give_back(&tables);
    give_back(&written);
    give_back(&plain);
    return taken ? json : Py_NewRef(Py_None);
}

static PyObject *lift(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    char *program, *set;
    Py_ssize_t program_length, length;
    unsigned char release;
    Lifting lifting = {0};
    if (count != 6 || PyBytes_AsStringAndSize(arguments[0], &program, &program_length) < 0 ||
        PyBytes_AsStringAndSize(arguments[1], &set, &length) < 0) {
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "lift takes six arguments");
    }
    if (!separators_of(&lifting, &release, arguments + 2) || length > INT32_MAX) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    set_up(&lifting, program, set, length);
    return finished(&lifting, run(&lifting, release));
}

/* Lift a tree: a program, the rows of its nodes, their texts, and which kind each of their names is. */
static PyObject *lift_nodes(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    char *bytes[4];
    Py_ssize_t lengths[4];
    Lifting lifting = {0};
    for (Py_ssize_t n = 0; n < 4; n++) {
        if (count != 4 || PyBytes_AsStringAndSize(arguments[n], &bytes[n], &lengths[n]) < 0) {
            return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "lift_nodes takes four arguments");
        }
    }
    if (lengths[2] > INT32_MAX) {
        return Py_NewRef(Py_None);
    }
    set_up(&lifting, bytes[0], bytes[2], lengths[2]);
    size_t rows = (size_t)lengths[1] / (ROW_WORDS_OF_NODE * sizeof(int32_t));
    const int32_t *kinds = (const int32_t *)(const void *)bytes[3];
    return finished(&lifting, run_nodes(&lifting, (const int32_t *)(const void *)bytes[1], rows, kinds));
}

static PyMethodDef functions[] = {
    {"lift", (PyCFunction)(void (*)(void))lift, METH_FASTCALL, "Return a set as canonical JSON, or None to refuse it."},
    {"lift_nodes", (PyCFunction)(void (*)(void))lift_nodes, METH_FASTCALL, "Return a tree as canonical JSON, or None."},
    {NULL, NULL, 0, NULL},
};

static int say_format(PyObject *module) { return PyModule_AddIntConstant(module, "FORMAT", FORMAT); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)say_format}, {0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_lift", "The compiled core of lifting.", 0, functions, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__lift(void);
PyMODINIT_FUNC PyInit__lift(void) { return PyModuleDef_Init(&definition); }
