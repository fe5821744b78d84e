#include "engine/procedure.h"

#include "base/language.h"
#include "wire/rows.h"

static const struct {
    char activity[sizeof(((struct row_step *)0)->activity)];
    enum role role;
} steps[STEP_COUNT + 1] = {
    [1] = {"Menyalakan genset tanpa menunggu instruksi dari Kepala Sub Bagian Umum dan Kepegawaian",
           ROLE_GENSET_OPERATOR},
    [2] = {"Genset berhasil dinyalakan?", ROLE_GENSET_OPERATOR},
    [3] = {"Melaporkan telah terjadi pemadaman, dan genset telah dinyalakan", ROLE_GENSET_OPERATOR},
    [4] = {"Melaporkan telah terjadi pemadaman dan genset tidak berhasil dinyalakan",
           ROLE_GENSET_OPERATOR},
    [5] = {"Mematikan server", ROLE_SERVER_ADMINISTRATOR},
    [6] = {"Server shutdown secara normal?", ROLE_SERVER_ADMINISTRATOR},
};

static const struct {
    const char *name;
    enum role role;
} equipment[EQUIPMENT_KIND_COUNT] = {
    [EQUIPMENT_KIND_FUEL] = {N_("fuel"), ROLE_GENSET_OPERATOR},
    [EQUIPMENT_KIND_GENSET] = {N_("genset"), ROLE_GENSET_OPERATOR},
    [EQUIPMENT_KIND_STARTER_BATTERY] = {N_("starter battery"), ROLE_GENSET_OPERATOR},
    [EQUIPMENT_KIND_UPS] = {N_("UPS"), ROLE_SERVER_ADMINISTRATOR},
    [EQUIPMENT_KIND_ADMINISTRATOR_COMPUTER] = {N_("administrator's computer"),
                                               ROLE_SERVER_ADMINISTRATOR},
    [EQUIPMENT_KIND_NETWORK] = {N_("network"), ROLE_SERVER_ADMINISTRATOR},
    [EQUIPMENT_KIND_SERVER] = {N_("server access"), ROLE_SERVER_ADMINISTRATOR},
};

const char *procedure_activity(unsigned step)
{
    return step <= STEP_COUNT ? steps[step].activity : "";
}

enum role procedure_role(unsigned step)
{
    return step >= 1 && step <= STEP_COUNT ? steps[step].role : ROLE_UNKNOWN;
}

const char *procedure_equipment_name(enum equipment_kind kind)
{
    size_t i = (size_t)kind;
    return i < EQUIPMENT_KIND_COUNT && equipment[i].name ? equipment[i].name : "equipment";
}

enum role procedure_equipment_role(enum equipment_kind kind)
{
    size_t i = (size_t)kind;
    return i < EQUIPMENT_KIND_COUNT && equipment[i].name ? equipment[i].role : ROLE_UNKNOWN;
}
