/* The frame of a report: its style, the office's head, tables, signatures, foot. */
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "cli/report/parts.h"

static const char style[] =
    "@page{size:A4;margin:13mm 14mm 15mm 18mm;"
    "@bottom-right{content:counter(page) \" / \" counter(pages);font:7.5pt "
    "sans-serif;color:#555}}\n"
    "*{box-sizing:border-box;-webkit-print-color-adjust:exact;print-color-adjust:exact}\n"
    "body{font:9.5pt/1.35 \"Liberation Sans\",Arial,\"DejaVu Sans\",sans-serif;color:#111;"
    "max-width:178mm;margin:0 auto}\n"
    "@media screen{body{padding:12mm 0;}}\n"
    "h1{font-size:13.5pt;text-align:center;margin:4mm 0 .5mm;text-transform:uppercase;"
    "letter-spacing:.02em}\n"
    "h2{font-size:10.5pt;margin:4.5mm 0 1.5mm;break-after:avoid;border-bottom:.3mm solid #333;"
    "padding-bottom:.5mm}\n"
    "h3{font-size:9.5pt;margin:3mm 0 1mm;break-after:avoid}\n"
    "p{margin:1mm 0}\n"
    ".sub{text-align:center;margin:0 0 3mm;font-size:10pt}\n"
    ".office{display:flex;align-items:center;gap:5mm;border-bottom:.9mm double #111;"
    "padding-bottom:2.5mm;text-align:center}\n"
    ".office img{height:22mm;max-width:30mm;object-fit:contain}\n"
    ".office div{flex:1}\n"
    ".office b{display:block;font-size:13pt;text-transform:uppercase}\n"
    ".sop{display:flex;gap:4mm;margin-top:2.5mm;font-size:8pt;line-height:1.25}\n"
    ".sop>*{flex:1;border:.25mm solid #555;padding:1.5mm 2.5mm}\n"
    ".sop ol{margin:.5mm 0 0;padding-left:4.5mm}\n"
    "table{border-collapse:collapse;width:100%}\n"
    ".facts td{padding:.25mm 2mm .25mm 0;vertical-align:top;border:0}\n"
    ".facts td:first-child{width:42mm;color:#333}\n"
    ".short{font-size:9pt}.short tbody{display:grid;grid-template-columns:1fr 1fr;"
    "column-gap:6mm}\n"
    ".short tr{display:flex}.short .wide{grid-column:1/-1}\n"
    ".short td:first-child{flex:0 0 27mm;width:auto}\n"
    ".grid{font-size:8pt;line-height:1.22}\n"
    ".grid th,.grid td{border:.2mm solid #666;padding:.8mm 1.2mm;vertical-align:top;"
    "text-align:left}\n"
    ".grid td{overflow-wrap:anywhere}\n"
    ".grid th{background:#e8ecef;text-align:center;vertical-align:middle}\n"
    ".grid tr{break-inside:avoid}\n"
    "thead{display:table-header-group}\n"
    ".grid th,.grid .c,.grid .w{overflow-wrap:normal}\n"
    ".c{text-align:center!important}.nw{white-space:nowrap}\n"
    ".good{color:#14532d;font-weight:bold}.bad{color:#a00000;font-weight:bold}.dim{color:#555}\n"
    ".told{display:block;color:#444;font-size:7pt}\n"
    ".drill{border:.8mm solid #a00000;color:#a00000;font-weight:bold;text-align:center;"
    "font-size:12pt;padding:2mm;margin:3mm 0}\n"
    ".open{border:.5mm dashed #a00000;padding:1.5mm 3mm;margin:3mm 0}\n"
    "figure{margin:1mm 0;break-inside:avoid}figure svg{width:100%;height:auto;display:block}\n"
    "svg .h{paint-order:stroke;stroke:#fff;stroke-width:3px}\n"
    ".signs{display:flex;flex-wrap:wrap;gap:4mm 8mm;margin-top:7mm;break-inside:avoid;"
    "text-align:center}\n"
    ".signs>div{flex:1 1 45%}.signs>.alone{flex:1 1 100%}\n"
    ".signs .line{margin-top:17mm;font-weight:bold;text-decoration:underline}\n"
    ".foot{margin-top:6mm;border-top:.2mm solid #999;padding-top:1mm;font-size:7.5pt;color:#444;"
    "break-inside:avoid;overflow-wrap:anywhere}\n";

/* No script, no request: a name that got through as markup would still do nothing. */
static const char policy[] =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:\">\n";

void page_begin(const struct report *report, const char *title)
{
    FILE *to = report->to;
    html_put(to, "<!DOCTYPE html>\n<html lang=\"");
    html_text(to, language_code());
    html_put(to, "\">\n<head>\n<meta charset=\"utf-8\">\n");
    html_put(to, policy);
    html_put(to, "<meta name=\"generator\" content=\"padam " PADAM_VERSION "\">\n");
    html_put(to, "<meta name=\"viewport\" content=\"width=device-width\">\n");
    html_element(to, "title", "%s", title);
    html_put(to, "\n<style>\n");
    html_put(to, style);
    html_put(to, "</style>\n</head>\n<body>\n");
}

/* ---- the head ---- */

static void office_put(const struct report *report)
{
    const struct office *office = &report->config->office;
    const char *name = *office->name ? office->name : report->config->site.name;
    FILE *to = report->to;
    html_put(to, "<header class=office>");
    if (report->logo && report->logo->media_type) {
        html_put(to, "<img alt=\"\" src=\"");
        html_data_uri(to, report->logo->media_type, report->logo->bytes, report->logo->length);
        html_put(to, "\">");
    }
    html_put(to, "<div>");
    html_element(to, "b", "%s", name);
    if (*office->unit)
        html_element(to, "span", "%s", office->unit);
    if (*office->address) {
        html_put(to, "<br>");
        html_element(to, "small", "%s", office->address);
    }
    html_put(to, "</div></header>\n");
}

static void basis_put(const struct report *report)
{
    char **basis = report->config->office.legal_basis;
    if (!basis || !basis[0])
        return;
    html_put(report->to, "<div>");
    html_element(report->to, "b", "%s", _("Legal basis"));
    html_put(report->to, "<ol>");
    for (size_t i = 0; basis[i]; i++)
        html_element(report->to, "li", "%s", basis[i]);
    html_put(report->to, "</ol></div>");
}

static void sop_fact(const struct report *report, const char *name, const char *value)
{
    html_put(report->to, "<tr>");
    html_element(report->to, "td", "%s", name);
    html_element(report->to, "td", "%s", *value ? value : "–");
    html_put(report->to, "</tr>");
}

static void sop_put(const struct report *report)
{
    const struct office *office = &report->config->office;
    html_put(report->to, "<section class=sop><div><table class=facts>");
    sop_fact(report, _("Procedure (SOP)"), office->sop_title);
    sop_fact(report, _("SOP number"), office->sop_number);
    sop_fact(report, _("Date made"), office->sop_made);
    sop_fact(report, _("Date revised"), office->sop_revised);
    sop_fact(report, _("In effect since"), office->sop_effective);
    html_put(report->to, "</table></div>");
    basis_put(report);
    html_put(report->to, "</section>\n");
}

void page_head(const struct report *report, const char *title, const char *subtitle)
{
    office_put(report);
    sop_put(report);
    html_element(report->to, "h1", "%s", title);
    html_element(report->to, "p class=sub", "%s", subtitle);
    html_put(report->to, "\n");
}

void page_heading(const struct report *report, const char *text)
{
    html_element(report->to, "h2", "%s", text);
    html_put(report->to, "\n");
}

void page_fact(const struct report *report, const char *name, const char *format, ...)
{
    char text[HTML_TEXT_SIZE] = "";
    va_list args;
    va_start(args, format);
    text_append_args(text, sizeof text, format, args);
    va_end(args);
    html_put(report->to, "<tr>");
    html_element(report->to, "td", "%s", name);
    html_element(report->to, "td", "%s", text);
    html_put(report->to, "</tr>\n");
}

void page_table_begin(const struct report *report, const char *class_name, const char *const *names,
                      size_t count)
{
    fprintf(report->to, "<table class=\"grid %s\"><thead><tr>", class_name);
    for (size_t i = 0; i < count; i++)
        html_element(report->to, "th", "%s", language_text(names[i]));
    html_put(report->to, "</tr></thead><tbody>\n");
}

void page_table_end(const struct report *report)
{
    html_put(report->to, "</tbody></table>\n");
}

/* ---- the end ---- */

static void signature_put(const struct report *report, const struct signature *signature,
                          bool is_alone)
{
    const struct office_person *person = signature->person;
    FILE *to = report->to;
    html_put(to, is_alone ? "<div class=alone>" : "<div>");
    html_text(to, signature->caption);
    html_put(to, *signature->caption ? "<br>" : "");
    html_text(to, person->position);
    html_element(
        to, "div class=line", "%s", *person->name ? person->name : "............................");
    html_format(to, "NIP %s", *person->number ? person->number : "............................");
    html_put(to, "</div>\n");
}

static void place_and_date(const struct report *report)
{
    char date[REPORT_DATE_SIZE];
    const char *place = report->config->office.place;
    report_date(report->moment.wall_ms, date);
    html_element(report->to,
                 "p style=\"text-align:right;margin-top:7mm\"",
                 "%s%s%s",
                 place,
                 *place ? ", " : "",
                 date);
}

void page_signatures(const struct report *report, const struct signature *signatures, size_t count)
{
    html_put(report->to, "<section style=\"break-inside:avoid\">");
    place_and_date(report);
    html_put(report->to, "<div class=signs style=\"margin-top:2mm\">\n");
    for (size_t i = 0; i < count; i++)
        signature_put(report, &signatures[i], i + 1 == count && count % 2 == 1);
    html_put(report->to, "</div></section>\n");
}

/* The head of this page is of the file as it is now. */
static void configuration_put(const struct report *report)
{
    const struct row_system *system = replica_get(report->replica, ROW_system, 0);
    char read_hash[24];
    const char *running = system ? system->config_hash : "";
    bool is_of_incident = report->incident && *report->incident->config_hash;
    const char *in_force = is_of_incident ? report->incident->config_hash : running;
    text_format(read_hash, sizeof read_hash, "%016llx", (unsigned long long)report->config->hash);
    html_format(report->to,
                is_of_incident ? _("Configuration in force in this incident (hash): %s.")
                               : _("Configuration in force (hash): %s."),
                *in_force ? in_force : "–");
    if (strcmp(in_force, read_hash) != 0)
        html_format(
            report->to, _(" The file that this page was made with is another one: %s."), read_hash);
}

void page_end(const struct report *report)
{
    char now[REPORT_DATE_SIZE];
    report_date_and_clock(report->moment.wall_ms, now);
    html_put(report->to, "<footer class=foot>");
    html_format(
        report->to, _("Made by padam %s on %s from the record of padamd."), PADAM_VERSION, now);
    html_put(report->to, " ");
    configuration_put(report);
    html_put(report->to, "</footer>\n</body>\n</html>\n");
}
