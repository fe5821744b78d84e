"""What one file of C can be changed into, found in clang's syntax tree: each change is one that a test should notice."""
import re
from dataclasses import dataclass

from clang.cindex import CursorKind, Index, TranslationUnit, TypeKind

ARGUMENTS = ["-std=c11", "-D_GNU_SOURCE", "-Isubagent"]
SWAPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
LOGICAL = {"&&": "||", "||": "&&"}
DROPPED = {CursorKind.CALL_EXPR, CursorKind.BREAK_STMT, CursorKind.CONTINUE_STMT, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR}
STEPS = ("++", "--")
BODIES = {CursorKind.IF_STMT, CursorKind.WHILE_STMT, CursorKind.FOR_STMT, CursorKind.DO_STMT}
NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*$")
TRUTH = {"true": "false", "false": "true"}


@dataclass(frozen=True)
class Mutation:
    file: str
    function: str
    kind: str
    begin: int
    end: int
    new: str
    line: int
    before: str
    after: str

    @property
    def key(self):
        return f"{self.file}:{self.function}", self.before, self.after

    def text(self):
        return f"{self.file}:{self.line}: in {self.function}: {self.kind}\n- {self.before}\n+ {self.after}"


class File:
    """One parsed file, and its mutations in the order of the text."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            self.source = file.read()
        unit = Index.create().parse(path, ARGUMENTS, options=TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        errors = [str(d) for d in unit.diagnostics if d.severity >= d.Error]
        if errors:
            raise SystemExit("mutate: " + "\n".join(errors))
        self.found = {}
        self.function = None
        for cursor in unit.cursor.get_children():
            if cursor.location.file and cursor.location.file.name == path:
                self.function = cursor.spelling or "(enum)"
                self.walk(cursor, None)

    def mutations(self):
        return [self.found[place] for place in sorted(self.found)]

    def apply(self, mutation):
        return self.source[:mutation.begin] + mutation.new.encode() + self.source[mutation.end:]

    def text_of(self, begin, end):
        return self.source[begin:end].decode()

    def span(self, cursor):
        return cursor.extent.start.offset, cursor.extent.end.offset

    def lines(self, begin, end, new=None):
        """The whole lines around a place, in one, with the change or without."""
        first = self.source.rfind(b"\n", 0, begin) + 1
        last = self.source.find(b"\n", end)
        middle = self.text_of(begin, end) if new is None else new
        return " ".join((self.text_of(first, begin) + middle + self.text_of(end, last)).split())

    def add(self, kind, begin, end, new):
        if end <= begin or (begin, end, new) in self.found:
            return
        line = self.source.count(b"\n", 0, begin) + 1
        self.found[begin, end, new] = Mutation(self.path, self.function, kind, begin, end, new, line, self.lines(begin, end),
                                               self.lines(begin, end, new))

    # ---- what is changed ----

    def walk(self, cursor, parent):
        children = list(cursor.get_children())
        kind = cursor.kind
        if kind == CursorKind.CXX_UNARY_EXPR:  # sizeof: the elements of an array are of one size
            return
        if kind in (CursorKind.IF_STMT, CursorKind.WHILE_STMT, CursorKind.CONDITIONAL_OPERATOR) and children:
            self.negate(children[0])
        elif kind == CursorKind.RETURN_STMT and children and children[0].type.kind == TypeKind.BOOL:
            self.negate(children[0])
        elif kind == CursorKind.BINARY_OPERATOR and len(children) == 2:
            self.operator(cursor, children)
        elif kind == CursorKind.INTEGER_LITERAL:
            self.constant(cursor, parent)
        if kind == CursorKind.COMPOUND_STMT or kind in (CursorKind.CASE_STMT, CursorKind.DEFAULT_STMT):
            for child in children:
                self.drop(child)
        elif kind in BODIES:
            for child in children[1:]:
                self.drop(child)
        for child in children:
            if not (parent_is_bound(cursor, child)):
                self.walk(child, cursor)

    def negate(self, condition):
        begin, end = self.span(condition)
        text = self.text_of(begin, end)
        if text not in TRUTH and not NUMBER.match(text):
            self.add("condition negated", begin, end, f"!({text})")

    def operator(self, cursor, children):
        begin, end = children[0].extent.end.offset, children[1].extent.start.offset
        between = self.text_of(begin, end)
        token = between.strip()
        at = begin + len(between) - len(between.lstrip())
        if token in SWAPPED:
            self.add("comparison", at, at + len(token), SWAPPED[token])
        elif token in LOGICAL:
            (left, left_end), (right, right_end) = self.span(children[0]), self.span(children[1])
            new = f"(({self.text_of(left, left_end)}) {LOGICAL[token]} ({self.text_of(right, right_end)}))"
            self.add("and/or", left, right_end, new)
        elif token == "":
            return

    def constant(self, cursor, parent):
        begin = cursor.extent.start.offset
        word = re.match(rb"[0-9A-Za-z_]+", self.source[begin:])
        text = word.group().decode() if word else ""
        if text in TRUTH:
            self.add("constant", begin, begin + len(text), TRUTH[text])
        elif NUMBER.match(text) and not is_empty_initialiser(cursor, parent):
            self.add("constant", begin, begin + len(text), f"({text} + 1)")

    def drop(self, statement):
        begin, end = self.span(statement)
        text = self.text_of(begin, end)
        is_assignment = statement.kind == CursorKind.BINARY_OPERATOR
        is_step = statement.kind == CursorKind.UNARY_OPERATOR and (text.startswith(STEPS) or text.endswith(STEPS))
        is_end = statement.kind == CursorKind.RETURN_STMT and text == "return"
        if statement.kind in DROPPED or is_assignment or is_step or is_end:
            if self.source[end:end + 1] == b";":
                self.add("statement dropped", begin, end, "(void)0")


def is_empty_initialiser(cursor, parent):
    """{0}: the first member is as little meant as the others."""
    return parent is not None and parent.kind == CursorKind.INIT_LIST_EXPR and len(list(parent.get_children())) == 1 \
        and cursor.extent.end.offset - cursor.extent.start.offset == 1


def parent_is_bound(cursor, child):
    """The size of an array that is declared: more of it changes nothing."""
    return cursor.kind == CursorKind.VAR_DECL and cursor.type.kind == TypeKind.CONSTANTARRAY \
        and child.kind == CursorKind.INTEGER_LITERAL
