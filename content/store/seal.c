/* seal.c - FNV-1a, 64 bits, over the values of a row. */
#include "content/store/seal.h"

uint64_t seal_bytes(uint64_t seal, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        seal = (seal ^ at[i]) * UINT64_C(0x100000001b3);
    return seal;
}

/* In one order of bytes on every machine. */
static uint64_t seal_number(uint64_t seal, uint64_t value)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
    return seal_bytes(seal, bytes, sizeof(bytes));
}

static uint64_t seal_value(uint64_t seal, sqlite3_value *value)
{
    const unsigned char type = (unsigned char)sqlite3_value_type(value);
    const void *bytes = NULL;
    seal = seal_bytes(seal, &type, 1);
    if (type == SQLITE_INTEGER)
        return seal_number(seal, (uint64_t)sqlite3_value_int64(value));
    if (type != SQLITE_NULL)
        bytes = type == SQLITE_BLOB ? sqlite3_value_blob(value)
                                    : (const void *)sqlite3_value_text(value);
    size_t length = bytes ? (size_t)sqlite3_value_bytes(value) : 0;
    return seal_bytes(seal_number(seal, length), bytes, length);
}

static void seal_row(sqlite3_context *context, int count,
                     sqlite3_value **values)
{
    uint64_t seal = SEAL_START;
    for (int i = 0; i < count; i++)
        seal = seal_value(seal, values[i]);
    /* 0 says that nobody sealed the row. */
    sqlite3_result_int64(context, (sqlite3_int64)(seal ? seal : 1));
}

int seal_register(sqlite3 *db)
{
    return sqlite3_create_function(
        db, "seal", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
        NULL, seal_row, NULL, NULL);
}
