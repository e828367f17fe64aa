// SPDX-License-Identifier: GPL-2.0-only
/// Find DMA-coherent buffers that are mapped into the kernel for nothing: the
/// CPU address is only kept to test it for NULL, to print it or to free the
/// buffer.  A struct dma_coherent_handle needs no kernel mapping, keeps what
/// the free needs in one place and tells readers that only hardware looks.
///
//# A struct member may be used in any file of the driver, so the other files
//# of the driver directory are searched for the member's name before
//# anything is reported.  Whatever may be a use by the CPU, or can't be
//# understood, silences the report: a missing report proves nothing.
//#
//# There is no patch mode: the address, the size and the attributes have to
//# be replaced at every place that keeps them, which is a decision for a human.
//
// Confidence: Moderate
// Options: --no-includes --use-coccigrep

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@
import os
import re

ALLOC = re.compile(r'(?:\(\s*(?:const\s+)?(?:struct\s+)?\w+\s*\**\s*\)\s*)?'
                   r'dmam?_alloc_(?:coherent|wc|attrs)\s*\(')
FREE = re.compile(r'dmam?_free_(?:coherent|wc|attrs)$')
SHARE = re.compile(r'dma_(?:mmap|get_sgtable)_(?:coherent|wc|attrs)$')
TEST = re.compile(r'(?:if|while|likely|unlikely|(?:WARN|BUG)_ON(?:_ONCE)?)$')
PRINT = re.compile(r'(?:(?:dev|pr|netdev|netif|wiphy|drm|v4l2)_\w+|printk|'
                   r'\w*(?:dbg|debug|err|warn|info|printf))$', re.I)
CAST = re.compile(r'\(\s*(?:(?:const|struct|union|unsigned|volatile)\s+)*'
                  r'(?:\w+\s*\*+|u64|u32|long|long\s+long|uintptr_t|dma_addr_t|void)\s*\)\s*$')
# Quotes and slashes are spelled out: spatch reads this, too.
SCRUB = re.compile(r'/[*].*?[*]/|/[/][^\n]*|\x22(?:\\.|[^\x22\\\n])*\x22|'
                   r'\x27(?:\\.|[^\x27\\\n])*\x27', re.S)
CONVERSION = re.compile(r'%(?:%|[-+ #0]*(\*|\d+)?(?:\.(\*|\d+))?(?:hh|h|ll|l|z|t)?([a-zA-Z])(\w*))')
BODY = re.compile(r'^(?:\{|\w[^\n;=]*\)\s*\{[ \t]*$)', re.M)
AGGREGATE = re.compile(r'\b(struct|union)\b\s*(?:__\w+\s*)*(\w*)\s*(?:__\w+\s*)*\{')
MAX_SIZE = 1000000
MAX_SUBDIRS = 40	# a directory with more than that is a subsystem, not a driver

files = {}
trees = {}
folders = {}
subsystems = {}
definitions = {}
includers = {}


def blank(match):
    text = match.group()
    if text[0] == '\x22':
        return '\x22' + ' ' * (len(text) - 2) + '\x22'
    return re.sub(r'[^\n]', ' ', text)


def content(path):
    with open(path, encoding='utf-8', errors='replace') as f:
        return f.read()


class Source:
    # A file, with comments and the contents of strings blanked out in place.
    def __init__(self, path):
        self.path = path
        self.raw = content(path)
        self._text = None
        self._bodies = None
        self._aggregates = None
        self._members = {}
        self._variables = {}

    def scrubbed(self):
        if self._text is None:
            self._text = SCRUB.sub(blank, self.raw)
        return self._text

    text = property(scrubbed)	# spatch takes a decorator for a rule

    def bodies(self):
        if self._bodies is None:
            self._bodies = []
            for m in BODY.finditer(self.text):
                end = self.text.find('\n}', m.start())
                head = self.text.rfind('\n\n', 0, m.start()) + 1
                self._bodies.append((head, m.end(), len(self.text) if end < 0 else end + 2))
        return self._bodies

    def function(self, at):
        for head, start, end in self.bodies():
            if head <= at < end:
                return head, start, end
        return None

    def aggregates(self):
        if self._aggregates is None:
            self._aggregates = {}
            for m in AGGREGATE.finditer(self.text):
                if m.group(2):
                    self._aggregates.setdefault(m.group(2), m)
                if m.group(2) and not self.is_variable(m):
                    continue
                # What follows names a variable, or the type if it has no tag.
                end = closing(self.text, m.end() - 1)
                for name in declared(self.text[end + 1:self.text.find(';', end)].split('=')[0]):
                    self._variables[name] = m.group(2) or name
                    self._aggregates.setdefault(name, m)
        return self._aggregates

    def is_variable(self, m):
        line = self.text[self.text.rfind('\n', 0, m.start()) + 1:m.start()]
        return bool(re.match(r'(?:static\s+|const\s+)*$', line))

    def members(self, tag):
        # The members of a struct or union: name -> (type, is it in a bare union).
        if tag not in self._members:
            m = self.aggregates()[tag]
            end = closing(self.text, m.end() - 1)
            parse_members(self.text[m.end():end], tag, m.group(1) == 'union', self._members)
        return self._members[tag]


def source(path):
    path = os.path.normpath(path)
    if path not in files:
        files[path] = Source(path)
    return files[path]


def closing(text, at):
    # The offset of the bracket that closes the one at an offset.
    depth = 0
    while at < len(text):
        if text[at] in '([{':
            depth += 1
        elif text[at] in ')]}':
            depth -= 1
            if not depth:
                return at
        at += 1
    return at


def opening(text, at):
    # The offset of the bracket that opens the one at an offset, -1 if there is none.
    depth = 0
    while at >= 0:
        if text[at] in ')]}':
            depth += 1
        elif text[at] in '([{':
            depth -= 1
            if not depth:
                return at
        at -= 1
    return -1


def parse_members(body, tag, union, table):
    members = table.setdefault(tag, {})
    body = re.sub(r'^[ \t]*#.*$', '', body, flags=re.M)
    at = 0
    while at < len(body):
        semicolon = body.find(';', at)
        if semicolon < 0:
            break
        brace = body.find('{', at, semicolon)
        if brace >= 0:
            end = closing(body, brace)
            semicolon = body.find(';', end)
            semicolon = len(body) if semicolon < 0 else semicolon
            kind = re.match(r'\s*(?:const\s+)?(struct|union)\s*(?:__\w+\s*)*(\w*)', body[at:brace])
            names = declared(body[end + 1:semicolon])
            if kind:
                inner = body[brace + 1:end]
                if names:
                    key = kind.group(2) or tag + '.' + names[0]
                    parse_members(inner, key, kind.group(1) == 'union', table)
                    for name in names:
                        members[name] = (key, union)
                else:
                    nested = {}
                    parse_members(inner, tag, union or kind.group(1) == 'union', nested)
                    members.update(nested.pop(tag))
                    table.update(nested)
        else:
            text = body[at:semicolon]
            kind = re.match(r'\s*(?:const\s+|volatile\s+)*'
                            r'(?:(?:struct|union)\s+(\w+)|(?:unsigned\s+|enum\s+)?(\w+))', text)
            if kind and '(' not in text:
                for name in declared(text[kind.end():]):
                    members[name] = (kind.group(1) or kind.group(2), union)
        at = semicolon + 1


def declared(text):
    # The names in 'a, *b, c[4]', without attributes.
    text = re.sub(r'\b__\w+\s*(\([^()]*(\([^()]*\))?[^()]*\))?|\b____\w+', '', text)
    names = []
    for part in re.sub(r'\[[^\]]*\]', '', text).split(','):
        m = re.search(r'(\w+)\s*(?::\s*\w+\s*)?$', part)
        if m:
            names.append(m.group(1))
    return names


def tree(top):
    # The C and header files of a driver, with those in directories below.
    if top not in trees:
        trees[top] = [os.path.join(d, n) for d, _, names in os.walk(top or '.')
                      for n in sorted(names) if is_code(os.path.join(d, n))]
    return trees[top]


def folder(path):
    # The files of one directory, and of those below unless they are other drivers.
    d = os.path.dirname(path)
    if not is_subsystem(d):
        return tree(d)
    if d not in folders:
        folders[d] = [os.path.join(d, n) for n in sorted(os.listdir(d or '.'))
                      if is_code(os.path.join(d, n))]
    return folders[d]


def is_code(path):
    # Not the headers that are nothing but registers.
    return path.endswith(('.c', '.h')) and os.path.getsize(path) < MAX_SIZE


def is_subsystem(d):
    # Does a directory hold many drivers?
    if d not in subsystems:
        try:
            sources = len(re.findall(r'^source ', content(os.path.join(d, 'Kconfig')), re.M))
        except OSError:
            sources = 0
        subsystems[d] = sources > 4 or os.path.exists(os.path.join(d, 'MAINTAINERS')) or \
            sum(1 for e in os.scandir(d or '.') if e.is_dir()) > MAX_SUBDIRS
    return subsystems[d]


def definition(src, tag):
    # Where a struct is defined: this file, or the nearest directory of headers.
    if tag in src.aggregates():
        return src
    key = (os.path.dirname(src.path), tag)
    if key not in definitions:
        definitions[key] = find_definition(src, tag)
    return definitions[key]


def find_definition(src, tag):
    top = os.path.dirname(src.path)
    needle = re.compile(r'\b(?:struct|union)\s+%s\s*(?:__\w+\s*)*\{' % re.escape(tag))
    candidates = folder(src.path)
    for _ in range(8):
        for path in candidates:
            # Each driver of a shared directory may have a private struct of this name.
            if path.endswith('.h') and tag in source(path).raw and needle.search(source(path).raw):
                if tag in source(path).aggregates():
                    return source(path)
        up = os.path.dirname(os.path.normpath(top))
        if not up or up == top or is_subsystem(up):
            return None
        top = up
        candidates = tree(top)
    return None


def member_of(src, tag, name):
    # (type, in a bare union) of a member, or None; synthetic types are 'tag.member'.
    home = definition(src, tag.split('.')[0])
    if not home:
        return None
    home.members(tag.split('.')[0])
    return home._members.get(tag, {}).get(name)


def skip_spaces(text, at):
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at


class Access:
    # The expression that ends at an offset: its start, and the names on its way.
    def __init__(self, text, end):
        self.names = []		# 'a->b[i].c' is a, b, c; an unknown base is None
        self.ops = []		# and the operator before each of them
        self.indexed = False	# does it end in [...]
        at = end
        last = True
        while True:
            at = skip_spaces(text, at)
            while at > 0 and text[at - 1] == ']':
                at = skip_spaces(text, opening(text, at - 1))
                self.indexed |= last
            if at > 0 and text[at - 1] == ')':
                at = opening(text, at - 1)
                inner = re.match(r'\(\s*[*&]?\s*(\w+)\s*\)', text[at:])
                call = re.search(r'\w+\s*$', text[:at])
                if call and call.group().strip() not in ('return', 'if', 'else'):
                    at = call.start()
                    inner = None
                name = inner.group(1) if inner else None
                stop = True
            else:
                m = re.search(r'\w+$', text[max(0, at - 80):at])
                if not m:
                    name, stop = None, True
                else:
                    name, stop = m.group(), False
                    at -= len(name)
            before = skip_spaces(text, at)
            op = '' if stop else '->' if text[:before].endswith('->') else \
                 '.' if text[:before].endswith('.') and not text[:before].endswith('..') else ''
            self.names.insert(0, name)
            self.ops.insert(0, op)
            last = False
            if not op:
                break
            at = before - len(op)
        self.start = at


def variable_type(src, name, at):
    # The struct that a variable is or points to: the nearest declaration above.
    name = re.escape(name)
    declaration = re.compile(
        r'\b(?:struct|union)\s+(\w+)\b\s*'
        r'(?:\**\s*\w+\s*(?:\[[^\]]*\]\s*)?(?:=[^,;]*)?,\s*)*'
        r'\**\s*(?:(?:const|__\w+)\s+)*%s\b'
        r'|(?:^|[;{(,])\s*(?:const\s+)?(\w+)\s*\*+\s*%s\s*[=;,)]' % (name, name), re.M)
    function = src.function(at)
    found = None
    if function:
        for found in declaration.finditer(src.text, function[0], at):
            pass
    if not found:
        src.aggregates()
        if name in src._variables:
            return src._variables[name]
        for found in re.finditer(r'^(?:static\s+|const\s+)*struct\s+(\w+)\s+\**()%s\b' % name,
                                 src.text, re.M):
            pass
    if not found:
        return None
    if found.group(1):
        return found.group(1)
    # A typedef: of use only if the struct has no other name.
    home = definition(src, found.group(2))
    return found.group(2) if home and not home.aggregates()[found.group(2)].group(2) else None


def type_of(src, names, at):
    # The struct at the end of a->b.c, or None.
    if not names or not names[0]:
        return None
    tag = variable_type(src, names[0], at)
    for name in names[1:]:
        if not tag:
            return None
        member = member_of(src, tag, name)
        tag = member[0] if member else None
    return tag


def argument_of(text, at):
    # The name of the function or keyword in whose brackets an offset lies, and the bracket.
    depth = 0
    while at > 0:
        at -= 1
        if text[at] in ')]}':
            at = opening(text, at)
            if at < 0:
                break
        elif text[at] == '(':
            m = re.search(r'(\w+)\s*$', text[max(0, at - 80):at])
            return (m.group(1) if m else ''), at
        elif text[at] in ';{':
            break
    return None, -1


def printed_as_pointer(src, bracket, start):
    # Does the format print this argument as a plain pointer or a number?
    call = src.raw[bracket + 1:start]
    fmt = re.search(r'(?:\x22(?:\\.|[^\x22\\])*\x22\s*\w*\s*)+', call)
    if not fmt:
        return False
    # Commas of earlier arguments, those inside of brackets left out.
    before = re.sub(r'\([^()]*\)', '', re.sub(r'\([^()]*\)', '', src.text[bracket + 1 + fmt.end():
                                                                       start]))
    index = before.count(',')
    for m in CONVERSION.finditer(fmt.group()):
        if m.group() == '%%':
            continue
        index -= 1 + (m.group(1) == '*') + (m.group(2) == '*')
        if index <= 0:
            return m.group(3) in 'xXud' or \
                   m.group(3) == 'p' and (not m.group(4) or m.group(4) in 'xK')
    return False


def behind(text, at):
    # What lies before an offset: enough of it to look at.
    return text[max(0, at - 80):at]


def strip_casts(text, at):
    while True:
        at = skip_spaces(text, at)
        m = CAST.search(behind(text, at))
        if not m:
            return at
        cast = at - len(m.group())
        if re.search(r'\b(?:if|while|sizeof|return)\s*$', behind(text, cast)):
            return at
        at = cast


def innocent(src, start, end, opaque, origins):
    # Is the address at start..end left alone: allocated, tested, printed or freed?
    text = src.text
    uncast = strip_casts(text, start)
    before = behind(text, uncast).rstrip()
    after = text[end:end + 200].lstrip()
    if argument_of(text, start)[0] == 'sizeof':
        return True
    if re.match(r'=[^=]', after):
        value = after[1:].lstrip()
        if (src.path, start) in origins or ALLOC.match(value):
            return not before.endswith(('=', '*', '&', ','))
        if before.endswith('*'):
            return False
        chain = re.match(r'((?:[\w.]|->|\[[^\]]*\])+\s*=\s*)*(NULL|0)\s*[;,)]', value)
        return bool(chain)
    if before.endswith('&') and not before.endswith('&&') or before.endswith('*'):
        return False
    if re.match(r'[=!]=\s*(NULL|0)\b', after) or \
       re.search(r'\b(NULL|0)\s*[=!]=$', before):
        return True
    if before.endswith('!') and re.match(r'[);,?:]|&&|\|\|', after):
        return True
    name, bracket = argument_of(text, uncast)
    if before.endswith(('(', ',')) and re.match(r'[,)]', after):
        if name == '' and before.endswith('(') and after.startswith(')'):
            # Only brackets around the address: look at what is around them.
            end = end + text[end:].index(')') + 1
            return innocent(src, bracket, end, opaque, origins)
        if not name:
            return False
        if FREE.match(name) or TEST.match(name):
            return True
        if SHARE.match(name):
            return opaque
        return bool(PRINT.match(name)) and printed_as_pointer(src, bracket, uncast)
    if re.search(r'(&&|\|\|)$', before) and re.match(r'&&|\|\||[);,?:]', after):
        return True
    if re.match(r'&&|\|\||\?', after) and re.search(r'([(=,!{;]|return)$', before):
        return True
    # (void)x->f;
    return bool(re.search(r'\(\s*void\s*\)\s*$', behind(text, start))) and after.startswith(';')


class Subject:
    # What holds the address: a variable, or a member of a struct.
    def __init__(self, src, access, at):
        self.src = src
        self.name = access.names[-1]
        self.indexed = access.indexed
        self.member = len(access.names) > 1
        self.owner = None
        if not self.member:
            self.label = self.name
            return
        self.tag = type_of(src, access.names[:-1], at)
        self.label = '%s.%s' % (self.tag or '?', self.name)
        # A struct in a struct: only this one counts, if nothing points to it.
        if access.ops[-1] == '.' and len(access.names) > 2 and access.names[-2]:
            self.owner = (type_of(src, access.names[:-2], at), access.names[-2])

    def scope(self):
        # The files that may use the member, the likely ones first; None if unknown.
        if not self.tag:
            return None
        home = definition(self.src, self.tag.split('.')[0])
        if not home:
            return None
        member = member_of(self.src, self.tag, self.name)
        if not member or member[1]:
            return None
        return files_below(self.src.path, home.path)


def files_below(path, home):
    yield path
    if home.endswith('.c'):
        return
    seen = {path}
    d = os.path.dirname(path)
    common = os.path.commonpath([d, os.path.dirname(home)]) if d else ''
    for paths in (lambda: folder(path), lambda: folder(home),
                  lambda: [] if is_subsystem(common) else tree(common),
                  lambda: users_of_header(home)):
        for found in paths():
            if found not in seen:
                seen.add(found)
                yield found


def users_of_header(path):
    # The files of the directories next door, and further up in the same driver, in
    # which anything includes a header: others there may include it indirectly.
    if path not in includers:
        includers[path] = users = []
        d, name = os.path.split(path)
        exact = os.path.join(os.path.basename(d), name)
        up = os.path.dirname(d)
        while up and not os.path.exists(os.path.join(d, 'MAINTAINERS')):
            # In a subsystem, others may have a header of the same name.
            shared = is_subsystem(up)
            include = re.compile(r'^#\s*include\s*[<\x22](?:[^>\x22\n]*/)?%s[>\x22]' %
                                 re.escape(exact if shared else name), re.M)
            for e in sorted(os.scandir(up), key=lambda e: e.name):
                if e.is_dir() and e.path != d and not is_subsystem(e.path) and \
                   any(name in text and include.search(text)
                       for text in map(content, tree(e.path))):
                    users += tree(e.path)
            if shared:
                break
            users += [e.path for e in os.scandir(up) if e.is_file() and is_code(e.path)]
            d, up = up, os.path.dirname(up)
    return includers[path]


def skip_index(text, at):
    m = re.compile(r'\s*\[').match(text, at)
    return closing(text, m.end() - 1) + 1 if m else at


def untouched_member(subject, opaque, origins):
    scope = subject.scope()
    if scope is None:
        return False
    narrow = None
    word = re.compile(r'\b%s\b' % re.escape(subject.name))
    for path in scope:
        src = source(path)
        if subject.name not in src.raw or not word.search(src.raw):
            continue
        if narrow is None:
            narrow = bool(subject.owner and subject.owner[0] and
                          not address_taken(subject.scope(), *subject.owner))
            if narrow and subject.tag != '.'.join(subject.owner):
                subject.label = '%s.%s.%s' % (subject.owner + (subject.name,))
        text = src.text
        for m in word.finditer(text):
            if not behind(text, m.start()).rstrip().endswith(('->', '.')):
                # offsetof(), container_of() and the like
                line = text[text.rfind('\n', 0, m.start()) + 1:m.start()]
                if re.search(r'(?:offset\w*|sizeof_field|container_of\w*)\([^()]*,\s*$', line) or \
                   re.search(r'##\s*$', line):
                    return False
                continue
            access = Access(text, m.end())
            tag = type_of(src, access.names[:-1], m.start())
            if tag and tag != subject.tag:
                continue
            if narrow:
                if access.ops[-1] != '.':
                    continue
                if access.names[-2] == subject.owner[1]:
                    owner = type_of(src, access.names[:-2], m.start())
                    if owner and owner != subject.owner[0]:
                        continue
                elif tag:
                    continue
            end = m.end()
            if subject.indexed:
                end = skip_index(text, end)
                if end == m.end():
                    if container_only(src, access.start, end):
                        continue
                    return False
            if not innocent(src, access.start, end, opaque, origins):
                if debug:
                    print('DEBUG %s used at %s:%d' % (subject.label, path,
                                                       text.count('\n', 0, m.start()) + 1))
                return False
    return True


def container_only(src, start, end):
    # The array of addresses itself: allocated, tested or freed.
    after = src.text[end:end + 80].lstrip()
    if re.match(r'=\s*(?:\([^()]*\)\s*)?(?:devm_)?k\w*alloc\w*\s*\(', after):
        return True
    name, _ = argument_of(src.text, start)
    return bool(name and re.match(r'(?:devm_)?kv?free$|sizeof$|ARRAY_SIZE$', name)) or \
        innocent(src, start, end, False, ())


def address_taken(scope, tag, member):
    # Is there a pointer to, or a copy of, a struct within a struct?
    word = re.compile(r'(?:->|\.)\s*%s\b' % re.escape(member))
    for path in scope:
        src = source(path)
        if member not in src.raw:
            continue
        for m in word.finditer(src.text):
            if re.match(r'\s*(?:\.|->)', src.text[skip_index(src.text, m.end()):][:200]):
                continue
            access = Access(src.text, m.end())
            if type_of(src, access.names[:-1], m.start()) in (None, tag):
                return True
    return False


def untouched_variable(subject, at, opaque):
    # A variable of a function; the member that it is copied to counts with it.
    src = subject.src
    text = src.text
    function = src.function(at)
    if not function:
        return None
    _, start, end = function
    word = re.compile(r'\b%s\b' % re.escape(subject.name))
    own = re.compile(r'[;{}\n]\s*(?:const\s+|volatile\s+)*(?:(?:struct|union|unsigned)\s+)?'
                     r'\w+[\s*]+'
                     r'(?:[^;{}()]*?[,\s*])?%s\s*(?:[;,=\[]|__)' % re.escape(subject.name))
    first = own.search(text, start - 1, end)
    if not first:
        # Not of this function: it may be one of this file.
        first = re.search(r'^static\s[^;{}()]*?[\s*]%s\s*[;=\[]' % re.escape(subject.name),
                          text, re.M)
        start, end = 0, len(text)
    if not first:
        return None
    label = subject.label
    declared_at = word.search(text, first.start(), end).start()
    for m in word.finditer(text, start, end):
        if behind(text, m.start()).rstrip().endswith(('->', '.')):
            continue
        if m.start() == declared_at and not re.match(r'\s*=\s*[^=]', text[m.end():m.end() + 20]):
            continue
        if m.start() == declared_at:
            value = text[m.end():].lstrip()[1:].lstrip()
            if ALLOC.match(value) or re.match(r'(NULL|0)\s*[;,]', value):
                continue
            return None
        stop = skip_index(text, m.end()) if subject.indexed else m.end()
        if innocent(src, m.start(), stop, opaque, ()):
            continue
        label = copied_to(src, m, opaque)
        if not label:
            return None
    return label


def copied_to(src, m, opaque):
    # p->member = address; names the member, if that is not used either.
    text = src.text
    copy = re.search(r'[^=!<>]=\s*$', behind(text, m.start()))
    if not copy or not re.match(r'\s*;', text[m.end():m.end() + 20]):
        return None
    access = Access(text, m.start() - len(copy.group()) + 1)
    if len(access.names) < 2 or access.names[0] is None:
        return None
    if not behind(text, access.start).rstrip().endswith((';', '{', '}', ')', ':', 'else')):
        return None
    subject = Subject(src, access, access.start)
    if untouched_member(subject, opaque, {(src.path, access.start)}):
        return subject.label
    return None


def offset(src, pos):
    at = 0
    for _ in range(int(pos.line) - 1):
        at = src.raw.index('\n', at) + 1
    return at + int(pos.column)


def hardware_only(pos):
    # The name of what holds the address, if the CPU never uses it.
    src = source(pos.file)
    at = offset(src, pos)
    # The position is that of the first token of the expression: find its end.
    m = re.compile(r'[^=;]*?(?=\s*=[^=])').match(src.text, at)
    if not m or not ALLOC.match(src.text[m.end():].lstrip()[1:].lstrip()):
        return None
    access = Access(src.text, m.end())
    if access.names[0] is None or src.text[at] in '*&(':
        return None
    call = src.text.index('(', m.end())
    opaque = 'NO_KERNEL_MAPPING' in src.text[call:closing(src.text, call)]
    subject = Subject(src, access, access.start)
    if not subject.member:
        return untouched_variable(subject, access.start, opaque)
    return subject.label if untouched_member(subject, opaque, ()) else None


def forgotten(pos):
    # The address is not kept at all: names what holds the DMA address.
    src = source(pos.file)
    at = src.text.index('(', offset(src, pos))
    arguments = re.sub(r'\s+', ' ', src.text[at + 1:closing(src.text, at)]).split(',')
    # The third one, counted from the end: the size may hold a comma.
    name = next((a for a in arguments[2:] if a.strip().startswith('&')), arguments[2])
    return 'the buffer at ' + name.strip().lstrip('&')


# With HWONLY_DEBUG=1 in the environment: why is an allocation not reported?
debug = bool(os.environ.get('HWONLY_DEBUG'))


def message(pos, find=hardware_only):
    # An exception would end the whole coccicheck: no report is the safe answer.
    try:
        name = find(pos)
    except Exception:
        if debug:
            raise
        name = None
    if debug and not name:
        print('SILENT %s:%s' % (pos.file, pos.line))
    return name and 'WARNING: %s is never used by the CPU: consider a dma_coherent_handle' % name

@alloc depends on !patch@
attribute name __free;
iterator name scoped_guard;
expression E;
type T;
position p;
@@
(
 E@p = \(dma_alloc_coherent\|dma_alloc_wc\|dma_alloc_attrs\|
	 dmam_alloc_coherent\|dmam_alloc_attrs\)(...)
|
 E@p = (T)\(dma_alloc_coherent\|dma_alloc_wc\|dma_alloc_attrs\|
	 dmam_alloc_coherent\|dmam_alloc_attrs\)(...)
)

@dropped depends on !patch@
position p;
@@
(
 !dma_alloc_coherent@p(...)
|
 !dma_alloc_wc@p(...)
|
 !dma_alloc_attrs@p(...)
|
 !dmam_alloc_coherent@p(...)
|
 !dmam_alloc_attrs@p(...)
)

@script:python report_alloc depends on report@
p << alloc.p;
@@
text = message(p[0])
if text:
    coccilib.report.print_report(p[0], text)

@script:python report_dropped depends on report@
p << dropped.p;
@@
text = message(p[0], forgotten)
if text:
    coccilib.report.print_report(p[0], text)

@script:python org_alloc depends on org@
p << alloc.p;
@@
text = message(p[0])
if text:
    coccilib.org.print_todo(p[0], text)

@script:python org_dropped depends on org@
p << dropped.p;
@@
text = message(p[0], forgotten)
if text:
    coccilib.org.print_todo(p[0], text)

// Matches without a message are not marked.
@script:python keep depends on context@
p << alloc.p;
@@
if not message(p[0]):
    cocci.include_match(False)

@depends on keep@
expression alloc.E, call;
position alloc.p;
@@
* E@p = call

@depends on context@
@@
(
* !dma_alloc_coherent(...)
|
* !dma_alloc_wc(...)
|
* !dma_alloc_attrs(...)
|
* !dmam_alloc_coherent(...)
|
* !dmam_alloc_attrs(...)
)

// spatch fails if no rule applies to a mode.
@script:python depends on patch@
@@
pass
