//! Explanations of rules and functions: each definition with its solutions, or with its failure.

use ferrego_runtime::{ErrorCode, EvalError, Value};

use super::search::Attempts;
use super::text::{key_text, value_text};
use super::{DEPTH, Explainer, Scene};
use crate::eval::Flow;
use crate::eval::context::Context;
use crate::eval::frame::Frame;
use crate::explanation::{Definition, Outcome, Rule, Solution};
use crate::load::Slots;
use crate::program::{Branch, Group, GroupId, GroupKind, Head, Slot, Term};

/// The most solutions of a definition of the requested rule, and of a rule within it.
const SOLUTIONS: usize = 10;
const INNER_SOLUTIONS: usize = 1;

/// A rule with the question to it.
struct Question<'q, 'm, 'a> {
    id: GroupId,
    arguments: &'q [Value<'a>],
    selection: Selection<'q, 'm, 'a>,
    depth: usize,
    /// `true` if the evaluation of the rule ends without an error.
    has_answer: bool,
}

/// The part of a partial rule that an operand selects.
pub(super) struct Selection<'q, 'm, 'a> {
    /// The member of a set, or the key of an object, if the operand has a value.
    pub(super) member: Option<Value<'a>>,
    /// Returns the parts of a head that must have the values of parts of the operand.
    pub(super) pairs: &'q dyn Fn(&'m Term) -> Vec<(&'m Term, Value<'a>)>,
    /// The values of these parts.
    pub(super) known: Vec<Value<'a>>,
}

impl Selection<'_, '_, '_> {
    /// Selects the whole rule.
    fn whole() -> Self {
        Self { member: None, pairs: &|_| Vec::new(), known: Vec::new() }
    }
}

impl<'m, 'a> Explainer<'_, 'm, 'a> {
    /// Explains the requested rule, with all its definitions.
    pub(super) fn top(&self, context: &Context<'a>, id: GroupId) -> Rule {
        let (name, selection) = (self.group(id).name(), Selection::whole());
        let value = self.value(context, id, &[], None);
        let has_answer = value.is_ok();
        let question = Question { id, arguments: &[], selection, depth: 0, has_answer };
        self.rule(context, &question, name, value)
    }

    /// Explains a function for its arguments.
    pub(super) fn function(
        &self,
        context: &Context<'a>,
        id: GroupId,
        arguments: &[Value<'a>],
        depth: usize,
    ) -> Rule {
        let name = Scene::call_name(&self.group(id).name(), arguments);
        let (selection, has_answer) = (Selection::whole(), true);
        self.inner(context, Question { id, arguments, selection, depth, has_answer }, name)
    }

    /// Explains a rule that is a document, or the part that `selection` selects. `name` is its text
    /// in the source.
    pub(super) fn document(
        &self,
        context: &Context<'a>,
        id: GroupId,
        selection: Selection<'_, 'm, 'a>,
        name: String,
        depth: usize,
    ) -> Rule {
        let has_answer = true;
        self.inner(context, Question { id, arguments: &[], selection, depth, has_answer }, name)
    }

    /// Returns `true` if a rule is a set or an object of which a member can be explained.
    pub(super) fn is_partial(&self, id: GroupId) -> bool {
        matches!(self.group(id).kind, GroupKind::Set | GroupKind::Object)
    }

    /// Explains a rule within an explanation, unless it is explained elsewhere or nested too deeply,
    /// or the explanation is full.
    fn inner(&self, context: &Context<'a>, asked: Question<'_, 'm, 'a>, name: String) -> Rule {
        let value = self.value(context, asked.id, asked.arguments, asked.selection.member);
        let key = (asked.id, [asked.arguments, &asked.selection.known].concat());
        let is_known = self.explained.borrow().contains(&key);
        if is_known || asked.depth > DEPTH || self.room.get() == 0 {
            return bare(name, value);
        }
        self.explained.borrow_mut().push(key);
        let question = Question { has_answer: value.is_ok(), ..asked };
        self.rule(context, &question, name, value)
    }

    fn group(&self, id: GroupId) -> &'m Group {
        &self.machine.program.groups[id]
    }

    fn value(
        &self,
        context: &Context<'a>,
        id: GroupId,
        arguments: &[Value<'a>],
        member: Option<Value<'a>>,
    ) -> Result<Option<Value<'a>>, Box<EvalError>> {
        match self.group(id).kind {
            GroupKind::Complete | GroupKind::Function { .. } => {
                self.machine.value(context, id, arguments)
            }
            GroupKind::Set | GroupKind::Object => {
                // Only the part with the member is evaluated, as for a reference to it.
                let part = self.machine.partial(context, id, member.into_iter().collect())?;
                Ok(match &member {
                    Some(member) => part.and_then(|part| part.get(member)),
                    None => part,
                })
            }
        }
    }

    /// Explains the definitions. Of a rule within an explanation that is defined, only the
    /// definitions that hold are of interest.
    fn rule(
        &self,
        context: &Context<'a>,
        question: &Question<'_, 'm, 'a>,
        name: String,
        value: Result<Option<Value<'a>>, Box<EvalError>>,
    ) -> Rule {
        let group = self.group(question.id);
        let has_one_value = !self.is_partial(question.id);
        let mut all: Vec<Vec<Definition>> = Vec::new();
        for definition in &group.definitions {
            let branches = self.branches(context, question, group, &definition.branches);
            let is_decided = has_one_value && question.has_answer && holds(&branches);
            all.push(branches);
            if is_decided {
                break;
            }
        }
        if all.iter().any(|branches| holds(branches)) {
            if question.depth > 0 || has_one_value {
                all.retain(|branches| holds(branches));
            }
        } else if let Some(default) = &group.default {
            all.push(vec![self.definition(context, question, group, default)]);
        }
        let definitions: Vec<Definition> = all.into_iter().flatten().collect();
        Rule { definitions, ..bare(name, value) }
    }

    /// Explains the branches of a definition up to the first that holds.
    fn branches(
        &self,
        context: &Context<'a>,
        question: &Question<'_, 'm, 'a>,
        group: &'m Group,
        branches: &'m [Branch],
    ) -> Vec<Definition> {
        let mut explained = Vec::new();
        for branch in branches {
            explained.push(self.definition(context, question, group, branch));
            if holds(&explained) {
                break;
            }
        }
        explained
    }

    fn definition(
        &self,
        context: &Context<'a>,
        question: &Question<'_, 'm, 'a>,
        group: &'m Group,
        branch: &'m Branch,
    ) -> Definition {
        let program = self.machine.program;
        let frame = Frame::new(branch.variables.len(), Some(question.id));
        let scene = Scene {
            explainer: self,
            machine: self.machine,
            context,
            frame: &frame,
            variables: &branch.variables,
            depth: question.depth,
        };
        Definition {
            place: program.place_of(branch.span),
            text: program.head_text(branch.title),
            outcome: scene.outcome(question, group, branch),
        }
    }
}

impl<'m, 'a> Scene<'_, 'm, 'a> {
    fn outcome(
        &self,
        question: &Question<'_, 'm, 'a>,
        group: &'m Group,
        branch: &'m Branch,
    ) -> Outcome {
        let limit = if question.depth == 0 { SOLUTIONS } else { INNER_SOLUTIONS };
        let is_enough = question.depth > 0 || !self.explainer.is_partial(question.id);
        let attempts = Attempts::default();
        let known = parameters(branch);
        let (mut solutions, mut left_out, mut is_matched) = (Vec::new(), 0, false);
        let mut failure = None;
        let pairs = branch.parameters.iter().zip(question.arguments.iter().copied());
        let head = group.key_patterns(branch).next();
        let keys = head.map(question.selection.pairs).unwrap_or_default();
        let searched = self.machine.matching_all(self.frame, pairs.chain(keys), &mut || {
            is_matched = true;
            let flow = self.search(&branch.body, &attempts, &mut || {
                if solutions.len() >= limit {
                    left_out += 1;
                    return Ok(Flow::Continue);
                }
                let value = self.head_value(group, branch);
                let steps = self.solution_steps(&branch.body, &known);
                solutions.push(Solution { value, steps });
                Ok(if is_enough { Flow::Stop } else { Flow::Continue })
            })?;
            if solutions.is_empty() {
                failure = Some(self.failure(&branch.body, &attempts, question.depth == 0)?);
            }
            Ok(flow)
        });
        match (searched, failure) {
            // If the rule has an answer, the evaluation has not evaluated this definition.
            (Err(error), _) if question.has_answer && error.code != ErrorCode::Cancel => {
                Outcome::LeftOut
            }
            (Err(error), _) => Outcome::Stops(error.to_string()),
            (Ok(_), Some(failure)) => Outcome::Fails(failure),
            (Ok(_), None) if !is_matched => Outcome::OtherArguments,
            (Ok(_), None) => Outcome::Holds { solutions, left_out },
        }
    }

    /// Returns the text of the value that a solution adds to its rule.
    fn head_value(&self, group: &'m Group, branch: &'m Branch) -> String {
        let (Head::Value(head) | Head::Member(head)) = &branch.head;
        let value = self.machine.plug(self.frame, head);
        let value = value.map_or_else(|| "undefined".to_owned(), |value| value_text(&value));
        let keys = group.dynamic_reference(branch).iter();
        let keys: Vec<String> = keys
            .filter_map(|term| self.machine.plug(self.frame, term))
            .map(|key| format!("[{}]", key_text(&key)))
            .collect();
        if keys.is_empty() { value } else { format!("{} = {value}", keys.concat()) }
    }
}

/// Returns the explanation of a rule without its definitions.
fn bare(name: String, value: Result<Option<Value<'_>>, Box<EvalError>>) -> Rule {
    let (value, error) = match value {
        Ok(value) => (value.map(|value| value_text(&value)), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Rule { name, value, error, definitions: Vec::new() }
}

/// Returns `true` if a branch holds.
fn holds(branches: &[Definition]) -> bool {
    branches.iter().any(|one| matches!(one.outcome, Outcome::Holds { .. }))
}

/// Returns the variables that the parameters bind.
fn parameters(branch: &Branch) -> Vec<Slot> {
    let mut slots = Slots::new();
    for parameter in &branch.parameters {
        crate::load::variables_of(parameter, &mut slots);
    }
    slots.into_iter().collect()
}
