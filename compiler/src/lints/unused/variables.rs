//! Variables and arguments that are never read.
//!
//! The analyzed program has resolved all names, so that a variable with one occurrence is never
//! read. Calls of `print` are not part of the program, so that names in them count as read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::ast::{self, HeadKind, LiteralKind, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{self, Branch, Term, VarId};
use crate::lints::occurrences::Occurrences;
use crate::lints::{Findings, Subject, bodies};
use crate::source::Span;

/// A local variable is never read.
pub(in crate::lints) static UNUSED_VARIABLE: Lint = Lint {
    name: "unused-variable",
    group: Group::Style,
    summary: "a local variable is never read",
    page: include_str!("../pages/unused-variable.md"),
};

/// An argument of a function is never read.
pub(in crate::lints) static UNUSED_ARGUMENT: Lint = Lint {
    name: "unused-argument",
    group: Group::Style,
    summary: "an argument of a function is never read",
    page: include_str!("../pages/unused-argument.md"),
};

/// The source and the first byte of a name.
type Key = (u32, u32);

/// A declared name, by its place. Several bodies of one head share its arguments.
struct Declared<'p> {
    name: &'p Arc<str>,
    span: Span,
    argument: bool,
    /// `true` if a literal assigns the variable; otherwise a reference iterates over its values.
    assigned: bool,
    used: bool,
}

/// Reports variables with one occurrence.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    fields_for_arguments(subject, findings);
    let other = OtherNames::of(subject);
    let mut names: BTreeMap<Key, Declared<'_>> = BTreeMap::new();
    for rule in &subject.program.rules {
        let read = read_positions(rule);
        for clause in &rule.clauses {
            let mut heads = HashMap::new();
            for (index, branch) in clause.branches.iter().enumerate() {
                add(branch, index > 0, &read, &mut heads, &mut names);
            }
        }
    }
    for name in names.values().filter(|name| !name.used && !name.name.starts_with('_')) {
        if !other.printed.contains(name.name) {
            findings.report(finding(name, &other));
        }
    }
}

/// Reports arguments that a definition does not read, although it reads a field of their name:
/// `object.field` where `object[field]` is meant.
fn fields_for_arguments(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in subject.modules.iter().flat_map(|module| &module.rules) {
        let HeadKind::Function { parameters, .. } = &rule.head.kind else { continue };
        let mut read: HashSet<&str> = HashSet::new();
        let mut fields: HashMap<&str, Span> = HashMap::new();
        ast::walk::terms(rule, &mut |term| match &term.kind {
            TermKind::Var(name) if !parameters.iter().any(|own| own.span == term.span) => {
                read.insert(name);
            }
            TermKind::Ref(reference) => {
                if let TermKind::Var(name) = &reference.head.kind {
                    read.insert(name);
                }
                let is_argument = |own: &ast::Term| own.kind == reference.head.kind;
                if let [ast::Operand::Field(name), ..] = &reference.operands[..]
                    && parameters.iter().any(is_argument)
                {
                    fields.entry(&name.text).or_insert(name.span);
                }
            }
            _ => {}
        });
        for parameter in parameters {
            let TermKind::Var(name) = &parameter.kind else { continue };
            if let Some(field) = fields.get(&**name)
                && !read.contains(&**name)
            {
                let message = format!("argument `{name}` is never read");
                let finding = Diagnostic::warning(&UNUSED_ARGUMENT, parameter.span, message);
                let words = format!("reads the field named `{name}`");
                let help = format!("write `[{name}]` for the field that the argument names");
                findings.report(finding.with_label(*field, words).with_help(help));
            }
        }
    }
}

/// Returns the positions of the arguments that some definition of a function reads. Definitions
/// often repeat the names of the arguments that only others read.
fn read_positions(rule: &hir::Rule) -> HashSet<usize> {
    let mut read = HashSet::new();
    for branch in rule.clauses.iter().flat_map(|clause| &clause.branches) {
        let counts = Occurrences::of(branch);
        for (index, parameter) in branch.parameters.iter().enumerate() {
            match parameter {
                Term::Var(variable) if counts.count(*variable) < 2 => {}
                _ => {
                    read.insert(index);
                }
            }
        }
    }
    read
}

fn add<'p>(
    branch: &'p Branch,
    is_else: bool,
    read: &HashSet<usize>,
    heads: &mut HashMap<&'p Arc<str>, Key>,
    names: &mut BTreeMap<Key, Declared<'p>>,
) {
    let counts = Occurrences::of(branch);
    let arguments = variables_of(&branch.parameters);
    let assigned = assigned(branch);
    for (index, variable) in branch.variables.iter().enumerate() {
        let id = VarId(u32::try_from(index).unwrap_or(u32::MAX));
        let count = counts.count(id);
        if variable.generated || count == 0 {
            continue;
        }
        let argument = arguments.contains(&id);
        let key = (variable.span.source.0, variable.span.start);
        let position = branch
            .parameters
            .iter()
            .position(|parameter| matches!(parameter, Term::Var(own) if *own == id));
        let used = count > 1 || position.is_some_and(|position| read.contains(&position));
        // The branches of an `else` have the arguments of the head.
        if argument && is_else {
            if let Some(name) = heads.get(&variable.name).and_then(|key| names.get_mut(key)) {
                name.used |= used;
            }
            continue;
        }
        if argument {
            heads.insert(&variable.name, key);
        }
        let name = names.entry(key).or_insert(Declared {
            name: &variable.name,
            span: variable.span,
            argument,
            assigned: assigned.contains(&id),
            used,
        });
        name.used |= used;
    }
}

fn finding(name: &Declared<'_>, other: &OtherNames<'_>) -> Diagnostic {
    let Declared { name, span, argument, assigned, .. } = name;
    if *argument {
        return Diagnostic::warning(
            &UNUSED_ARGUMENT,
            *span,
            format!("argument `{name}` is never read"),
        )
        .with_help("write `_`")
        .with_fix(true, *span, "_");
    }
    if *assigned {
        return Diagnostic::warning(
            &UNUSED_VARIABLE,
            *span,
            format!("variable `{name}` is never read"),
        )
        .with_help(format!("use the variable, or write `_` if `{name}` only has to be defined"));
    }
    let finding = Diagnostic::warning(
        &UNUSED_VARIABLE,
        *span,
        format!("variable `{name}` is used only here"),
    );
    if other.some.contains(name) {
        return finding.with_help("write `_`, and remove the name from `some`");
    }
    finding.with_help("write `_`").with_fix(true, *span, "_")
}

fn variables_of(terms: &[Term]) -> HashSet<VarId> {
    let mut found = HashSet::new();
    for term in terms {
        hir::walk::term(term, &mut |item| {
            if let hir::walk::Visited::Term(Term::Var(variable)) = item {
                found.insert(*variable);
            }
        });
    }
    found
}

/// Returns the variables on a side of an equation of the branch.
fn assigned(branch: &Branch) -> HashSet<VarId> {
    let mut found = HashSet::new();
    bodies::of_branch(branch, &mut |body| {
        for literal in body {
            if let hir::LiteralKind::Unify(left, right) = &literal.kind {
                for side in [left, right] {
                    if !matches!(side, Term::Ref(_)) {
                        found.extend(variables_of(std::slice::from_ref(side)));
                    }
                }
            }
        }
    });
    found
}

/// Names in the syntax trees.
#[derive(Default)]
struct OtherNames<'p> {
    /// The names in calls of `print`.
    printed: HashSet<&'p Arc<str>>,
    /// The names that `some` declares.
    some: HashSet<&'p Arc<str>>,
}

impl<'p> OtherNames<'p> {
    fn of(subject: &Subject<'p>) -> Self {
        let mut names = Self::default();
        for rule in subject.modules.iter().flat_map(|module| &module.rules) {
            ast::walk::terms(rule, &mut |term| names.print(term));
            ast::walk::bodies(rule, &mut |body| {
                for literal in &body.literals {
                    if let LiteralKind::Some(declared) = &literal.kind {
                        names.some.extend(declared.iter().map(|name| &name.text));
                    }
                }
            });
        }
        names
    }

    fn print(&mut self, term: &'p ast::Term) {
        let TermKind::Call(call) = &term.kind else { return };
        if !matches!(&call.function.kind, TermKind::Var(name) if &**name == "print") {
            return;
        }
        for argument in &call.arguments {
            ast::walk::terms_of(argument, &mut |term| {
                let head = match &term.kind {
                    TermKind::Ref(reference) => &reference.head.kind,
                    kind => kind,
                };
                if let TermKind::Var(name) = head {
                    self.printed.insert(name);
                }
            });
        }
    }
}
