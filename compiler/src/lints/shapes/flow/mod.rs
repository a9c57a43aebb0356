//! Carries shapes through a policy.
//!
//! For example, the template's schema declares `images` as an array of strings:
//!
//! ```rego
//! violation[{"msg": msg}] {
//!   image := input.parameters.images[_]   # a string
//!   bad(image.name)                       # a string has no field `name`
//! }
//! ```
//!
//! The analysis visits every definition once to report what it sees there. It visits callers before
//! the functions that they call, so that a parameter has the shapes of all arguments. The shape of
//! a call's result is found for the arguments of that call; equal arguments share the result.

mod accessors;
mod body;
mod documents;
mod elements;
mod order;
mod terms;
mod walk;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::inventory::Level;
use super::kinds::{self, Required};
use super::{Alternative, Origin, Shape, Shapes};
use crate::hir::{self, Branch, Head, Program, RuleId, RuleKind, VarId};
use crate::lints::wanted;
use crate::source::Span;

use super::fields::Outcome;
use accessors::Accessors;
use documents::Documents;
use elements::Elements;
use order::callers_first;
use walk::{branches, walk_literals};

/// A step of a reference that the policy takes.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct Taken<'t> {
    /// The shape of the value whose field is read.
    pub(in crate::lints) from: Shape,
    /// The field; `None` for a step to all members.
    pub(in crate::lints) field: Option<&'t str>,
    /// The shape of the field.
    pub(in crate::lints) to: Shape,
    pub(in crate::lints) outcome: Outcome,
    pub(in crate::lints) at: At,
    /// The circumstances of the step.
    pub(in crate::lints) circumstances: Circumstances,
}

/// The place of a step.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) enum At {
    /// An operand of the reference at a span, whose root is `data` or another.
    Operand { reference: Span, index: usize, of_data: bool },
    /// An item of the path in the call of `object.get` at a span, or its second argument.
    Path { call: Span, item: Option<usize> },
    /// An argument of the call of a function at a span, which the function looks up in another.
    Argument { call: Span, index: usize },
    /// The collection of the `every` at a span.
    Domain(Span),
    /// An operand of the reference at a span that is one of several strings.
    Member { reference: Span, index: usize, of_data: bool },
}

/// The circumstances of a step.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct Circumstances {
    pub(in crate::lints) rule: RuleId,
    /// The index of the definition.
    pub(in crate::lints) clause: usize,
    /// `true` if the definition does not hold if the step is undefined.
    pub(in crate::lints) required: bool,
    /// `true` if the definition itself names the kinds of the reviewed object.
    pub(in crate::lints) names_kinds: bool,
    /// `true` if the definition tests the kind of an object in some way.
    pub(in crate::lints) tests_kinds: bool,
}

/// Two values that a policy compares.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct Comparison<'t> {
    /// The builtin's name: `equal`, `neq`, `lt` and so on, or `internal.member_2`.
    pub(in crate::lints) operator: &'static str,
    pub(in crate::lints) terms: [&'t hir::Term; 2],
    pub(in crate::lints) shapes: [Shape; 2],
    pub(in crate::lints) span: Span,
}

/// A call of a builtin.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct BuiltinCall<'t> {
    pub(in crate::lints) builtin: &'static ferrego_runtime::builtins::Builtin,
    pub(in crate::lints) arguments: &'t [Shape],
    /// The shapes of the values of a `sprintf` or `concat`, if the policy writes them as an array.
    pub(in crate::lints) values: &'t [Shape],
    pub(in crate::lints) span: Span,
}

/// The default of a call of `object.get`.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct Fallback<'t> {
    /// The shape of the field.
    pub(in crate::lints) field: Shape,
    pub(in crate::lints) default: &'t hir::Term,
    /// The place of the call.
    pub(in crate::lints) span: Span,
}

/// A lookup of a key that the policy does not name.
#[derive(Clone, Copy, Debug)]
pub(in crate::lints) struct Lookup {
    /// The shape of the collection.
    pub(in crate::lints) collection: Shape,
    pub(in crate::lints) key: Shape,
    pub(in crate::lints) at: At,
}

/// An observer of the places that report.
pub(in crate::lints) trait Observer {
    fn step(&mut self, shapes: &Shapes, step: Taken<'_>);
    fn lookup(&mut self, _shapes: &mut Shapes, _lookup: Lookup) {}
    fn fallback(&mut self, _shapes: &Shapes, _fallback: Fallback<'_>) {}
    fn comparison(&mut self, shapes: &mut Shapes, comparison: Comparison<'_>);
    fn call(&mut self, shapes: &Shapes, call: BuiltinCall<'_>);
    /// A value leaves the analysis: it becomes a part of a result, or a builtin reads it whole.
    fn escapes(&mut self, shapes: &Shapes, shape: Shape);
    /// The definition of the circumstances does not hold if the value of `rule` is undefined or,
    /// for a partial rule, empty.
    fn requires(&mut self, _rule: RuleId, _circumstances: Circumstances) {}
    /// A branch has a head with a value of a shape.
    fn head(&mut self, _shapes: &Shapes, _branch: &Branch, _value: Shape) {}
    /// A branch of the definition at `definition` was visited.
    fn variables(&mut self, _definition: Span, _branch: &Branch, _values: &[Option<Shape>]) {}
}

/// The most literals that the analysis visits for each literal of the policy.
const VISITS: usize = 30;

/// An analysis of a policy.
pub(in crate::lints) struct Flow<'p, 'o> {
    program: &'p Program,
    pub(in crate::lints) shapes: &'o mut Shapes,
    observer: &'o mut dyn Observer,
    /// The documents that the visited expression sees.
    documents: Documents,
    /// The documents of the rules that are evaluated under some `with`.
    replaced: HashMap<RuleId, Documents>,
    /// `true` if the policy has a `with`.
    modifies: bool,
    required: kinds::OfRules,
    accessors: Accessors,
    elements: Elements,
    results: HashMap<(RuleId, Vec<Shape>, Documents), Shape>,
    /// The shapes of the arguments of all calls so far.
    arguments: HashMap<RuleId, Vec<Shape>>,
    /// The number of literals that may still be visited.
    budget: usize,
}

/// The state in a branch.
struct Scope {
    values: Vec<Option<Shape>>,
    required: Required,
    /// The keys that matter of those that a variable iterates.
    looked_up: HashMap<VarId, Vec<Arc<str>>>,
    /// The circumstances, if this visit reports.
    reports: Option<Circumstances>,
    /// The variables that hold collections, which must have a member.
    wanted: HashSet<VarId>,
    /// `true` if the next comprehension must have a member.
    must_have_member: bool,
}

impl<'p, 'o> Flow<'p, 'o> {
    /// Returns the analysis of a policy whose `input` has a shape.
    pub(in crate::lints) fn new(
        program: &'p Program,
        input: Shape,
        shapes: &'o mut Shapes,
        observer: &'o mut dyn Observer,
    ) -> Self {
        let inventory = shapes.one(Alternative::Inventory(Level::Scopes));
        let documents = Documents { input, inventory, replaces: false };
        let (mut literals, mut modifies) = (0, false);
        for branch in branches(program) {
            walk_literals(&branch.body, &mut |literal| {
                literals += 1;
                modifies |= !literal.with.is_empty();
            });
        }
        Self {
            program,
            shapes,
            observer,
            documents,
            replaced: documents::of_rules(program, documents),
            modifies,
            required: kinds::OfRules::default(),
            accessors: accessors::of(program),
            elements: elements::of(program),
            results: HashMap::new(),
            arguments: HashMap::new(),
            budget: (literals + program.rules.len() + 10) * VISITS,
        }
    }

    /// Returns the shape of values of one of `shapes`. If it is unknown, the parts of known shapes
    /// are lost.
    fn join(&mut self, shapes: &[Shape]) -> Shape {
        let all = self.shapes.union(shapes.iter().copied());
        if all == Shape::ANY {
            self.escape(shapes);
        }
        all
    }

    fn escape(&mut self, shapes: &[Shape]) {
        for shape in shapes {
            self.observer.escapes(self.shapes, *shape);
        }
    }

    /// Visits all rules, callers before the functions that they call. Returns `true` if the
    /// observer saw every use of a value.
    pub(in crate::lints) fn run(&mut self) -> bool {
        let documents = self.documents;
        for id in callers_first(self.program) {
            self.documents = self.replaced.get(&id).copied().unwrap_or(documents);
            let rule = self.program.rule(id);
            let arity = match rule.kind {
                RuleKind::Function { arity } => arity,
                _ => 0,
            };
            let unknown = vec![Shape::ANY; arity];
            let arguments = self.arguments.get(&id).cloned().unwrap_or(unknown);
            for (clause, definition) in rule.clauses.iter().enumerate() {
                for branch in &definition.branches {
                    let required = definition.branches.len() == 1;
                    let circumstances = Circumstances {
                        rule: id,
                        clause,
                        required,
                        names_kinds: false,
                        tests_kinds: false,
                    };
                    self.branch(branch, &arguments, Some(circumstances));
                }
            }
            if let Some(default) = &rule.default {
                self.branch(default, &arguments, None);
            }
        }
        self.documents = documents;
        !self.modifies && self.budget > 0 && documents.input != Shape::ANY
    }

    /// Returns the shape of a function's result, or of a rule's value.
    fn result(&mut self, id: RuleId, arguments: &[Shape]) -> Shape {
        if self.documents.replaces || self.budget == 0 {
            return Shape::ANY;
        }
        let key = (id, arguments.to_vec(), self.documents);
        if let Some(&known) = self.results.get(&key) {
            return known;
        }
        let rule = self.program.rule(id);
        let mut values = Vec::new();
        let clauses = rule.clauses.iter().flat_map(|clause| &clause.branches);
        for branch in clauses.chain(&rule.default) {
            let Some(value) = self.branch(branch, arguments, None) else { continue };
            let nested = branch
                .keys
                .iter()
                .fold(value, |value, _| self.shapes.one(Alternative::Map(value, Origin::Policy)));
            values.push(nested);
        }
        let value = self.join(&values);
        let result = match rule.kind {
            RuleKind::PartialSet => self.shapes.one(Alternative::Set(value, Origin::Policy)),
            _ if self.budget == 0 => Shape::ANY,
            _ => value,
        };
        self.results.insert(key, result);
        result
    }

    /// Visits a branch. Returns the shape of its value, or `None` if the arguments do not match.
    fn branch(
        &mut self,
        branch: &'p Branch,
        arguments: &[Shape],
        reports: Option<Circumstances>,
    ) -> Option<Shape> {
        let required = kinds::of_body(self.program, &branch.body, &mut self.required);
        let reports = reports.map(|circumstances| Circumstances {
            names_kinds: required.reviewed.is_some(),
            tests_kinds: required.tests,
            ..circumstances
        });
        let values = vec![None; branch.variables.len()];
        let wanted = match reports {
            Some(_) => wanted::of_body(&branch.body, None),
            None => HashSet::new(),
        };
        let looked_up = match reports {
            Some(Circumstances { rule, .. }) => {
                elements::of_head(&self.elements, rule, &branch.head)
            }
            None => HashMap::new(),
        };
        let mut scope =
            Scope { values, required, looked_up, reports, wanted, must_have_member: false };
        for (parameter, argument) in branch.parameters.iter().zip(arguments) {
            if let hir::Term::Constant(hir::Constant::String(text)) = parameter
                && let Some(constants) = self.shapes.constants(*argument)
                && !constants.contains(text)
            {
                return None;
            }
            if scope.reports.is_some() && matches!(parameter, hir::Term::Constant(_)) {
                let value = self.term(&mut scope, parameter);
                let (terms, shapes) = ([parameter, parameter], [*argument, value]);
                let span = branch.span;
                let comparison = Comparison { operator: "equal", terms, shapes, span };
                self.observer.comparison(self.shapes, comparison);
            }
            self.bind(&mut scope, parameter, *argument);
        }
        self.body(&mut scope, &branch.body);
        let (Head::Value(term) | Head::Member(term)) = &branch.head;
        let value = self.term(&mut scope, term);
        if scope.reports.is_some() && !matches!(term, hir::Term::Constant(_)) {
            self.observer.escapes(self.shapes, value);
        }
        if let Some(Circumstances { rule, clause, .. }) = scope.reports {
            self.observer.head(self.shapes, branch, value);
            let definition = self.program.rule(rule).clauses[clause].span;
            self.observer.variables(definition, branch, &scope.values);
        }
        Some(value)
    }

    /// Returns the shape of the value of a rule without parameters.
    pub(in crate::lints) fn value_of(&mut self, rule: RuleId) -> Shape {
        self.result(rule, &[])
    }

    /// Notes that a rule or function with the documents of the schemas must have a value.
    fn requires(&mut self, scope: &Scope, id: RuleId) {
        let replaced = self.documents.replaces || self.documents.input == Shape::ANY;
        if let Some(circumstances) = scope.reports.filter(|one| one.required && !replaced) {
            self.observer.requires(id, circumstances);
        }
    }

    /// Adds the arguments of a call to those of the function's other calls.
    fn called(&mut self, id: RuleId, arguments: &[Shape]) {
        match self.arguments.get(&id).cloned() {
            None => {
                self.arguments.insert(id, arguments.to_vec());
            }
            Some(before) => {
                let join = |(one, other): (&Shape, &Shape)| self.join(&[*one, *other]);
                let all = before.iter().zip(arguments).map(join).collect();
                self.arguments.insert(id, all);
            }
        }
    }

    fn value(&mut self, scope: &Scope, var: VarId) -> Option<Shape> {
        let shape = scope.values.get(var.0 as usize).copied().flatten()?;
        match scope.required.variables.get(&var) {
            Some(kinds) => Some(super::objects::narrowed(self.shapes, shape, kinds)),
            None => Some(shape),
        }
    }
}
