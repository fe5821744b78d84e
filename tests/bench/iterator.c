/*
 * iterator MASTER ROOT FILE: the rows that `ask dump` has printed, as the example of Net-SNMP's
 * table_iterator serves them: a list that is gone through for each request.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

enum { COLUMN_LIMIT = 32, LINE_SIZE = 1024 };

struct value {
    size_t size;
    u_char type, *octets;
};

struct row {
    struct row *next;
    unsigned long key;
    struct value columns[COLUMN_LIMIT];
};

static struct row *rows;

static void fail(const char *what)
{
    fprintf(stderr, "iterator: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* ---- the rows ---- */

/* In the order of their keys, as the first column is read. */
static struct row *row_of(unsigned long key)
{
    static struct row *last;
    for (struct row *row = last && last->key <= key ? last : rows; row; row = row->next)
        if (row->key == key)
            return last = row;
    struct row **link = last && last->key < key ? &last->next : &rows;
    while (*link && (*link)->key < key)
        link = &(*link)->next;
    struct row *new = calloc(1, sizeof *new);
    if (!new)
        fail("memory");
    *new = (struct row){.next = *link, .key = key};
    return last = *link = new;
}

static void value_read(struct value *value, const char *text)
{
    const long number = strtol(text, NULL, 10);
    const int is_text = value->type == ASN_OCTET_STR;
    value->size = is_text ? strlen(text) / 2 : sizeof number;
    value->octets = malloc(value->size + 1);
    if (!value->octets)
        fail("memory");
    if (!is_text)
        memcpy(value->octets, &number, sizeof number);
    for (size_t i = 0; is_text && i < value->size; i++)
        value->octets[i] = (u_char)strtoul((char[]){text[2 * i], text[2 * i + 1], '\0'}, NULL, 16);
}

/* "1.COLUMN.KEY TYPE VALUE" */
static void line_read(const char *line)
{
    unsigned long column, key;
    unsigned type;
    int length = 0;
    if (sscanf(line, "1.%lu.%lu %u %n", &column, &key, &type, &length) < 3 ||
        column >= COLUMN_LIMIT)
        fail("a line that is no column's");
    struct value *value = &row_of(key)->columns[column];
    value->type = (u_char)type;
    value_read(value, line + length);
}

static void rows_read(const char *path)
{
    char line[LINE_SIZE];
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        line_read(line);
    }
    fclose(file);
}

/* ---- as the library asks ---- */

static netsnmp_variable_list *row_offer(struct row *row, void **loop, void **data,
                                        netsnmp_variable_list *index)
{
    if (!row)
        return NULL;
    *loop = *data = row;
    const long key = (long)row->key;
    if (snmp_set_var_typed_value(index, ASN_UNSIGNED, &key, sizeof key) != 0)
        fail("memory");
    return index;
}

static netsnmp_variable_list *first(void **loop, void **data, netsnmp_variable_list *index,
                                    netsnmp_iterator_info *info)
{
    (void)info;
    return row_offer(rows, loop, data, index);
}

static netsnmp_variable_list *next(void **loop, void **data, netsnmp_variable_list *index,
                                   netsnmp_iterator_info *info)
{
    (void)info;
    return row_offer(((struct row *)*loop)->next, loop, data, index);
}

static int handle(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
                  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
    (void)handler, (void)registration;
    for (netsnmp_request_info *request = requests; request; request = request->next) {
        const struct row *row = netsnmp_extract_iterator_context(request);
        const netsnmp_table_request_info *table = netsnmp_extract_table_info(request);
        const struct value *value = row && table ? &row->columns[table->colnum] : NULL;
        if (!value || !value->octets)
            netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
        else if (snmp_set_var_typed_value(
                     request->requestvb, value->type, value->octets, value->size) != 0)
            fail("memory");
    }
    return SNMP_ERR_NOERROR;
}

static void table_register(const char *root_text)
{
    oid root[MAX_OID_LEN];
    size_t length = MAX_OID_LEN;
    if (!read_objid(root_text, root, &length))
        fail(root_text);
    netsnmp_handler_registration *registration =
        netsnmp_create_handler_registration("iterator", handle, root, length, HANDLER_CAN_RONLY);
    netsnmp_table_registration_info *table = SNMP_MALLOC_TYPEDEF(netsnmp_table_registration_info);
    netsnmp_iterator_info *info = SNMP_MALLOC_TYPEDEF(netsnmp_iterator_info);
    if (!registration || !table || !info)
        fail("memory");
    netsnmp_table_helper_add_indexes(table, ASN_UNSIGNED, 0);
    table->min_column = 1;
    table->max_column = COLUMN_LIMIT - 1;
    info->get_first_data_point = first;
    info->get_next_data_point = next;
    info->table_reginfo = table;
    if (netsnmp_register_table_iterator(registration, info) != SNMPERR_SUCCESS)
        fail("registration");
}

int main(int count, char **arguments)
{
    if (count != 4)
        fail("usage: iterator MASTER ROOT FILE");
    netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
    netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, arguments[1]);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    snmp_enable_stderrlog();
    init_agent("iterator");
    init_snmp("iterator");
    rows_read(arguments[3]);
    table_register(arguments[2]);
    for (;;)
        agent_check_and_process(1);
}
