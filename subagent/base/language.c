#include "base/language.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

/*
 * Lets LANGUAGE choose, whatever locales this machine has: C never would, nor C.UTF-8 from glibc
 * 2.41 on. So it is called by another name, which is a link to it in a folder of padam's own.
 */
static bool any_language_use(void)
{
    const char *folder = getenv("TEXTDOMAINDIR");
    return (setenv("LOCPATH", folder && *folder ? folder : PADAM_SHARE "/padam/locale", 1) == 0 &&
            setlocale(LC_MESSAGES, "any.utf8")) ||
           setlocale(LC_MESSAGES, "C.UTF-8");
}

const char language_expected[] =
    "en, or id with padam's catalogues installed below " PADAM_SHARE "/locale";

static bool is_english(const char *code)
{
    return strcmp(code, "en") == 0;
}

/* What setlocale() would go by, without LANGUAGE, which is only asked within a locale. */
static const char *environment_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return "C";
}

/* A locale such as id_ID.UTF-8 that was never generated: its language is known all the same. */
static void ungenerated_use(const char *name)
{
    char code[16];
    size_t length = strcspn(name, "_.@");
    if (length == 0 || length >= sizeof code)
        return;
    memcpy(code, name, length);
    code[length] = '\0';
    if (any_language_use())
        (void)setenv("LANGUAGE", code, 0);
}

static bool wanted_use(const char *wanted)
{
    if (is_english(wanted)) {
        (void)setlocale(LC_MESSAGES, "C");
        return true;
    }
    return any_language_use() && setenv("LANGUAGE", wanted, 1) == 0 &&
           strcmp(language_code(), wanted) == 0;
}

bool language_begin(const char *wanted)
{
    const char *folder = getenv("TEXTDOMAINDIR");
    (void)bindtextdomain(LANGUAGE_DOMAIN, folder && *folder ? folder : PADAM_SHARE "/locale");
    (void)bind_textdomain_codeset(LANGUAGE_DOMAIN, "UTF-8");
    (void)textdomain(LANGUAGE_DOMAIN);
    if (wanted)
        return wanted_use(wanted);
    if (!setlocale(LC_MESSAGES, ""))
        ungenerated_use(environment_locale());
    return true;
}

const char *language_code(void)
{
    /* TRANSLATORS: the code of your language, such as id. */
    return _("en");
}

const char *language_text(const char *text)
{
    return *text ? gettext(text) : text;
}
