//! Runs a template (`text/template/exec.go`).

use core::fmt::Write as _;

use super::Fault;
use super::functions;
use super::parse::{Base, Node, Operand, Pipeline, Template};
use super::value::Item;
use crate::arena::Arena;
use crate::value::Value;

/// How deep templates may call each other.
const MAX_CALLS: usize = 64;

/// The text of `template` over `data`.
pub(super) fn run<'a>(
    arena: &'a Arena,
    template: &Template,
    data: Value<'a>,
) -> Result<String, Fault> {
    let data = Item::Data(data);
    let mut run =
        Run { arena, template, variables: vec![("$", data)], output: String::new(), calls: 0 };
    run.nodes(&template.nodes, data)?;
    Ok(run.output)
}

/// Whether a range goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

struct Run<'r, 'a> {
    arena: &'a Arena,
    template: &'r Template,
    /// The variables in scope, the innermost last.
    variables: Vec<(&'r str, Item<'a>)>,
    output: String,
    calls: usize,
}

impl<'r, 'a> Run<'r, 'a> {
    fn nodes(&mut self, nodes: &'r [Node], dot: Item<'a>) -> Result<Flow, Fault> {
        let scope = self.variables.len();
        let mut flow = Flow::Next;
        for node in nodes {
            flow = self.node(node, dot)?;
            if flow != Flow::Next {
                break;
            }
        }
        self.variables.truncate(scope);
        Ok(flow)
    }

    fn node(&mut self, node: &'r Node, dot: Item<'a>) -> Result<Flow, Fault> {
        let scope = self.variables.len();
        let flow = match node {
            Node::Text(text) => {
                self.output.push_str(text);
                return Ok(Flow::Next);
            }
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    let _ = write!(self.output, "{value}");
                }
                // A variable lives until the end of its list of nodes.
                return Ok(Flow::Next);
            }
            Node::If { condition, body, otherwise } => {
                let holds = self.pipeline(condition, dot)?.is_true();
                self.nodes(if holds { body } else { otherwise }, dot)?
            }
            Node::With { value, body, otherwise } => {
                let value = self.pipeline(value, dot)?;
                if value.is_true() { self.nodes(body, value)? } else { self.nodes(otherwise, dot)? }
            }
            Node::Range { over, body, otherwise } => self.range(over, body, otherwise, dot)?,
            Node::Call { name, value } => {
                let value = match value {
                    Some(value) => self.pipeline(value, dot)?,
                    None => Item::Missing,
                };
                self.call(name, value)?
            }
            Node::Break => Flow::Break,
            Node::Continue => Flow::Continue,
        };
        self.variables.truncate(scope);
        Ok(flow)
    }

    fn range(
        &mut self,
        over: &'r Pipeline,
        body: &'r [Node],
        otherwise: &'r [Node],
        dot: Item<'a>,
    ) -> Result<Flow, Fault> {
        let value = self.commands(over, dot)?;
        let scope = self.variables.len();
        let members = members(self.arena, value)?;
        if members.is_empty() {
            return self.nodes(otherwise, dot);
        }
        for (key, member) in members {
            match &over.variables[..] {
                [] => {}
                [single] => self.set(single, member, over.declares)?,
                [first, second, ..] => {
                    self.set(first, key, over.declares)?;
                    self.set(second, member, over.declares)?;
                }
            }
            let flow = self.nodes(body, member)?;
            self.variables.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn call(&mut self, name: &str, value: Item<'a>) -> Result<Flow, Fault> {
        let Some(nodes) = self.template.defined.get(name) else {
            return Err(invalid(&format!("template {name:?} not defined")));
        };
        self.calls += 1;
        if self.calls > MAX_CALLS {
            return Err(invalid("exceeded maximum template depth"));
        }
        // A template sees its own variables only.
        let outer = core::mem::replace(&mut self.variables, vec![("$", value)]);
        self.nodes(nodes, value)?;
        self.variables = outer;
        self.calls -= 1;
        Ok(Flow::Next)
    }

    /// The value of a pipeline, which its variables get too.
    fn pipeline(&mut self, pipeline: &'r Pipeline, dot: Item<'a>) -> Result<Item<'a>, Fault> {
        let value = self.commands(pipeline, dot)?;
        for variable in &pipeline.variables {
            self.set(variable, value, pipeline.declares)?;
        }
        Ok(value)
    }

    fn commands(&mut self, pipeline: &'r Pipeline, dot: Item<'a>) -> Result<Item<'a>, Fault> {
        let mut value = None;
        for command in &pipeline.commands {
            value = Some(self.command(command, dot, value)?);
        }
        Ok(value.unwrap_or(Item::Missing))
    }

    fn set(&mut self, name: &'r str, value: Item<'a>, new: bool) -> Result<(), Fault> {
        if new {
            self.variables.push((name, value));
            return Ok(());
        }
        match self.variables.iter_mut().rev().find(|(known, _)| *known == name) {
            Some((_, held)) => {
                *held = value;
                Ok(())
            }
            None => Err(invalid(&format!("undefined variable {name:?}"))),
        }
    }

    fn command(
        &mut self,
        command: &'r [Operand],
        dot: Item<'a>,
        last: Option<Item<'a>>,
    ) -> Result<Item<'a>, Fault> {
        let Some((first, rest)) = command.split_first() else {
            return Ok(Item::Missing);
        };
        let Base::Function(name) = &first.base else {
            if !rest.is_empty() || last.is_some() {
                return Err(invalid("can't give argument to non-function"));
            }
            if matches!(first.base, Base::Nil) {
                return Err(invalid("nil is not a command"));
            }
            return self.operand(first, dot);
        };
        // `and` and `or` stop at the first operand that decides them.
        let decides = match name.as_str() {
            "and" => Some(false),
            "or" => Some(true),
            _ => None,
        };
        let mut arguments = Vec::with_capacity(rest.len() + 1);
        for operand in rest {
            let value = self.operand(operand, dot)?;
            if decides == Some(value.is_true()) {
                return fields(value, &first.fields);
            }
            arguments.push(value);
        }
        arguments.extend(last);
        fields(functions::call(self.arena, name, &arguments)?, &first.fields)
    }

    fn operand(&mut self, operand: &'r Operand, dot: Item<'a>) -> Result<Item<'a>, Fault> {
        let value = match &operand.base {
            Base::Dot => dot,
            Base::Nil => Item::Data(Value::Null),
            Base::Bool(truth) => Item::Data(Value::Bool(*truth)),
            Base::Integer(number) => Item::Integer(*number),
            Base::Float(number) => Item::Float(*number),
            Base::Text(text) => Item::Data(Value::String(self.arena.string(text))),
            Base::Variable(name) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                found.ok_or_else(|| invalid(&format!("undefined variable {name:?}")))?.1
            }
            Base::Function(name) => functions::call(self.arena, name, &[])?,
            Base::Parenthesis(pipeline) => self.pipeline(pipeline, dot)?,
        };
        fields(value, &operand.fields)
    }
}

fn fields<'a>(value: Item<'a>, names: &[String]) -> Result<Item<'a>, Fault> {
    names.iter().try_fold(value, |value, name| value.field(name).map_err(|fault| invalid(&fault)))
}

/// What a range goes through, with indexes or keys.
fn members<'a>(arena: &'a Arena, value: Item<'a>) -> Result<Vec<(Item<'a>, Item<'a>)>, Fault> {
    let indexed = |items: &[Value<'a>]| {
        (0..).map(Item::Integer).zip(items.iter().map(|item| Item::Data(*item))).collect()
    };
    Ok(match value {
        Item::Missing | Item::Data(Value::Null) => Vec::new(),
        Item::Data(Value::Array(items)) => indexed(items),
        Item::Data(Value::Set(set)) => indexed(set.members()),
        Item::Data(Value::Object(object)) => {
            let pairs = object.pairs().iter();
            pairs.map(|(key, value)| (Item::Data(*key), Item::Data(*value))).collect()
        }
        Item::Integer(count) => (0..count.clamp(0, 100_000))
            .map(|index| (Item::Integer(index), Item::Integer(index)))
            .collect(),
        other => {
            let shown = arena.format(format_args!("{other}"));
            return Err(invalid(&format!("range can't iterate over {shown}")));
        }
    })
}

fn invalid(message: &str) -> Fault {
    Fault::Invalid(format!("1: executing \"template\": {message}"))
}
