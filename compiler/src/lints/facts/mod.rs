//! The types that the analysis of shapes finds, for editors: of variables, rules and fields.

mod members;
mod print;

use std::cell::RefCell;
use std::sync::Arc;

use super::places::Places;
use super::shapes::flow::{At, BuiltinCall, Comparison, Flow, Observer, Taken};
use super::shapes::inventory::Level;
use super::shapes::{Alternative, Shape, Shapes};
use super::{Subject, Surroundings, paths};
use crate::ast::{Operand, Term, TermKind};
use crate::hir::{Branch, RuleKind};
use crate::source::Span;
use crate::template::Constraints;

pub(crate) use super::shapes::Shape as ShapeId;
pub(crate) use members::Member;

/// The types in a policy, as far as they are known.
#[derive(Debug)]
pub(crate) struct Facts {
    shapes: RefCell<Shapes>,
    input: Shape,
    inventory: Shape,
    steps: Vec<Step>,
    variables: Vec<Variable>,
    /// The shapes of the values of rules without parameters, by path.
    rules: Vec<(Vec<Arc<str>>, Shape)>,
}

/// A field that the policy reads.
#[derive(Debug)]
struct Step {
    span: Span,
    from: Shape,
    name: Arc<str>,
    to: Shape,
}

/// A variable of a definition.
#[derive(Debug)]
struct Variable {
    name: Arc<str>,
    definition: Span,
    shape: Shape,
}

impl Facts {
    /// Returns the types that hold before any rule is known: those of `input` and of the inventory.
    pub(crate) fn of_input(
        constraints: Option<&Constraints>,
        surroundings: &Surroundings,
        template: bool,
    ) -> Self {
        let mut shapes = Shapes::new();
        let (input, inventory) = if template {
            let inventory = shapes.one(Alternative::Inventory(Level::Scopes));
            (paths::input(&mut shapes, constraints, surroundings), inventory)
        } else {
            (Shape::ANY, Shape::ANY)
        };
        let (steps, variables, rules) = (Vec::new(), Vec::new(), Vec::new());
        Self { shapes: RefCell::new(shapes), input, inventory, steps, variables, rules }
    }

    /// Returns the types in a policy.
    pub(crate) fn of(subject: &Subject<'_>) -> Self {
        let mut facts = Self::of_input(subject.constraints, subject.surroundings, subject.template);
        let shapes = facts.shapes.get_mut();
        let mut collector = Collector {
            places: Places::of(subject.modules),
            steps: Vec::new(),
            variables: Vec::new(),
        };
        let mut flow = Flow::new(subject.program, facts.input, shapes, &mut collector);
        flow.run();
        for (index, rule) in subject.program.rules.iter().enumerate() {
            if !matches!(rule.kind, RuleKind::Function { .. }) {
                let id = crate::hir::RuleId::at(index);
                facts.rules.push((rule.path.clone(), flow.value_of(id)));
            }
        }
        (facts.steps, facts.variables) = (collector.steps, collector.variables);
        facts
    }

    /// Returns the field at a byte of a source: the shape that has it, its name and its shape.
    pub(crate) fn field_at(&self, source: u32, offset: u32) -> Option<(Shape, &str, Shape)> {
        let is_at =
            |span: Span| span.source.0 == source && span.start <= offset && offset <= span.end;
        let step = self.steps.iter().find(|step| is_at(step.span))?;
        Some((step.from, &step.name, step.to))
    }

    /// Returns the shape of the variable `name` of the definition that contains a byte of a source.
    pub(crate) fn variable(&self, source: u32, offset: u32, name: &str) -> Option<Shape> {
        let contains =
            |span: Span| span.source.0 == source && span.start <= offset && offset <= span.end;
        let mut named = self.variables.iter().filter(|variable| *variable.name == *name);
        named.find(|variable| contains(variable.definition)).map(|variable| variable.shape)
    }

    /// Returns the shape of the value of the rule at `path` below `data`.
    pub(crate) fn rule(&self, path: &[Arc<str>]) -> Option<Shape> {
        self.rules.iter().find(|(known, _)| known == path).map(|(_, shape)| *shape)
    }

    /// Returns the shape of a reference. `variable` tells the shapes of variables, and `kinds` the kinds
    /// of the reviewed object, if they are known.
    pub(crate) fn reference(
        &self,
        term: &Term,
        variable: &dyn Fn(&str) -> Option<Shape>,
        kinds: &[Arc<str>],
    ) -> Option<Shape> {
        let (head, operands) = match &term.kind {
            TermKind::Ref(reference) => (&reference.head, &reference.operands[..]),
            _ => (term, &[][..]),
        };
        let TermKind::Var(name) = &head.kind else { return None };
        let is_inventory = |operand: &Operand| constant(operand) == Some("inventory");
        let (mut shape, used) = match &**name {
            "input" => (self.input, 0),
            "data" if operands.first().is_some_and(is_inventory) => (self.inventory, 1),
            name => (variable(name)?, 0),
        };
        let mut shapes = self.shapes.borrow_mut();
        for (index, operand) in operands.iter().enumerate().skip(used) {
            shape = match constant(operand) {
                Some(name) => shapes.field(shape, &Arc::from(name)).shape,
                None => shapes.each(shape).value,
            };
            let is_object = matches!(constant(operand), Some("object" | "oldObject"));
            if &**name == "input" && index == 1 && is_object && !kinds.is_empty() {
                shape = super::shapes::objects::narrowed(&mut shapes, shape, kinds);
            }
        }
        Some(shape)
    }

    /// Returns the shape of the members of a collection.
    pub(crate) fn member(&self, shape: Shape) -> Shape {
        self.shapes.borrow_mut().each(shape).value
    }
}

fn constant(operand: &Operand) -> Option<&str> {
    match operand {
        Operand::Field(name) => Some(&name.text),
        Operand::Index(term) => match &term.kind {
            TermKind::String(text) => Some(text),
            _ => None,
        },
    }
}

/// An observer that keeps the shapes of fields and variables.
struct Collector<'p> {
    places: Places<'p>,
    steps: Vec<Step>,
    variables: Vec<Variable>,
}

impl Observer for Collector<'_> {
    fn step(&mut self, _: &Shapes, step: Taken<'_>) {
        let (Some(name), At::Operand { reference, index, of_data }) = (step.field, step.at) else {
            return;
        };
        let span = self.places.operand(reference, index, of_data);
        self.steps.push(Step { span, from: step.from, name: name.into(), to: step.to });
    }

    fn comparison(&mut self, _: &mut Shapes, _: Comparison<'_>) {}

    fn call(&mut self, _: &Shapes, _: BuiltinCall<'_>) {}

    fn escapes(&mut self, _: &Shapes, _: Shape) {}

    fn variables(&mut self, definition: Span, branch: &Branch, values: &[Option<Shape>]) {
        let named = branch.variables.iter().zip(values).filter(|(one, _)| !one.generated);
        self.variables.extend(named.filter_map(|(variable, shape)| {
            Some(Variable { name: variable.name.clone(), definition, shape: (*shape)? })
        }));
    }
}
