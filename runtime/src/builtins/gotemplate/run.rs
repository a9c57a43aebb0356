//! The executor of templates (`text/template/exec.go`).

use super::Fault;
use super::functions;
use super::parse::MAIN;
use super::tree::{Base, Node, Operand, Pipeline, Templates};
use super::value::{Item, NO_VALUE};
use crate::arena::Arena;
use crate::value::Value;

/// The maximum depth of template calls.
const MAX_CALLS: usize = 64;

/// The maximum number up to which a range may count.
const MAX_COUNT: i64 = 100_000;

/// Returns the text of a template executed with `data`.
pub(super) fn run<'a>(
    arena: &'a Arena,
    templates: &Templates,
    data: Value<'a>,
) -> Result<String, Fault> {
    let data = Item::Data(data);
    let mut run =
        Run { arena, templates, variables: vec![("$", data)], output: String::new(), calls: 0 };
    if let Some(nodes) = templates.get(MAIN) {
        run.nodes(nodes, data)?;
    }
    Ok(run.output)
}

/// The effect of a list of nodes on the range around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

struct Run<'r, 'a> {
    arena: &'a Arena,
    templates: &'r Templates,
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
        self.arena.charge(1).map_err(Fault::Exceeded)?;
        let scope = self.variables.len();
        let flow = match node {
            Node::Text(text) => {
                self.write(text)?;
                return Ok(Flow::Next);
            }
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.write(value.print(self.arena, NO_VALUE))?;
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
            // The variables of the call's pipeline stay in scope.
            Node::Call { name, value } => return self.call(name, value.as_ref(), dot),
            Node::Break => Flow::Break,
            Node::Continue => Flow::Continue,
        };
        self.variables.truncate(scope);
        Ok(flow)
    }

    /// Writes a text. Each of its bytes is a step, which limits the output too.
    fn write(&mut self, text: &str) -> Result<(), Fault> {
        self.arena.charge(text.len()).map_err(Fault::Exceeded)?;
        self.arena.hold(text.len());
        self.output.push_str(text);
        Ok(())
    }

    fn range(
        &mut self,
        over: &'r Pipeline,
        body: &'r [Node],
        otherwise: &'r [Node],
        dot: Item<'a>,
    ) -> Result<Flow, Fault> {
        // Until the first member, the variables hold the collection itself.
        let value = self.pipeline(over, dot)?;
        let variables = &over.variables[..];
        if value.integer().is_some() && variables.len() > 1 {
            return Err(invalid("can't iterate over more than one variable"));
        }
        let scope = self.variables.len();
        let members = members(self.arena, value)?;
        if members.is_empty() {
            return self.nodes(otherwise, dot);
        }
        for (key, member) in members {
            let values = if variables.len() > 1 { [key, member] } else { [member; 2] };
            if over.declares {
                let declared = self.variables[scope - variables.len()..].iter_mut();
                declared.zip(values).for_each(|((_, held), value)| *held = value);
            } else {
                for (name, value) in variables.iter().zip(values) {
                    self.set(name, value, false)?;
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

    fn call(
        &mut self,
        name: &str,
        value: Option<&'r Pipeline>,
        dot: Item<'a>,
    ) -> Result<Flow, Fault> {
        let Some(nodes) = self.templates.get(name) else {
            return Err(invalid(&format!("template {name:?} not defined")));
        };
        self.calls += 1;
        if self.calls > MAX_CALLS {
            return Err(Fault::Unsupported("such deep nesting of template calls".to_owned()));
        }
        let value = match value {
            Some(value) => self.pipeline(value, dot)?,
            None => Item::Missing,
        };
        // A template sees only its own variables.
        let outer = core::mem::replace(&mut self.variables, vec![("$", value)]);
        self.nodes(nodes, value)?;
        self.variables = outer;
        self.calls -= 1;
        Ok(Flow::Next)
    }

    /// Evaluates a pipeline and assigns its value to its variables.
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
            value = Some(match self.command(command, dot, value)? {
                // A pipeline unwraps the interface of its value, and an unwrapped nil is a missing
                // value.
                Item::Data(Value::Null) => Item::Missing,
                value => value,
            });
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
        if let Some((field, outer)) = first.fields.split_last() {
            let value = fields(self.base(first, dot)?, outer)?;
            if (!rest.is_empty() || last.is_some()) && !matches!(value, Item::Missing) {
                return Err(invalid("not a method but has arguments"));
            }
            return value.field(field).map_err(|fault| invalid(&fault));
        }
        let Base::Function(name) = &first.base else {
            if !rest.is_empty() || last.is_some() {
                return Err(invalid("can't give argument to non-function"));
            }
            if matches!(first.base, Base::Nil) {
                return Err(invalid("nil is not a command"));
            }
            return self.base(first, dot);
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
                return Ok(value);
            }
            arguments.push(value);
        }
        arguments.extend(last);
        functions::call(self.arena, name, &arguments)
    }

    fn operand(&mut self, operand: &'r Operand, dot: Item<'a>) -> Result<Item<'a>, Fault> {
        fields(self.base(operand, dot)?, &operand.fields)
    }

    /// Evaluates an operand without its fields.
    fn base(&mut self, operand: &'r Operand, dot: Item<'a>) -> Result<Item<'a>, Fault> {
        Ok(match &operand.base {
            Base::Dot => dot,
            Base::Nil => Item::Data(Value::Null),
            Base::Bool(truth) => Item::Data(Value::Bool(*truth)),
            Base::Integer(number) => Item::Integer(*number),
            Base::TooLarge => return Err(invalid("constant overflows int")),
            Base::Float(number) => Item::Float(*number),
            Base::Complex(real, imaginary) => Item::Complex(*real, *imaginary),
            Base::NotUtf8 => {
                return Err(Fault::Unsupported("a string constant that is not UTF-8".to_owned()));
            }
            Base::Text(text) => Item::Data(Value::String(self.arena.string(text))),
            Base::Variable(name) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                found.ok_or_else(|| invalid(&format!("undefined variable {name:?}")))?.1
            }
            Base::Function(name) => functions::call(self.arena, name, &[])?,
            Base::Parenthesis(pipeline) => self.pipeline(pipeline, dot)?,
        })
    }
}

fn fields<'a>(value: Item<'a>, names: &[String]) -> Result<Item<'a>, Fault> {
    names.iter().try_fold(value, |value, name| value.field(name).map_err(|fault| invalid(&fault)))
}

/// Returns the members over which a range iterates, with their indexes or keys.
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
        Item::Integer(count) if count > MAX_COUNT => {
            return Err(Fault::Unsupported(format!("a range over {count}")));
        }
        Item::Integer(count) => {
            (0..count.max(0)).map(|index| (Item::Integer(index), Item::Integer(index))).collect()
        }
        Item::Byte(count) => (0..count).map(|index| (Item::Missing, Item::Byte(index))).collect(),
        other => {
            let shown = other.print(arena, NO_VALUE);
            return Err(invalid(&format!("range can't iterate over {shown}")));
        }
    })
}

fn invalid(message: &str) -> Fault {
    Fault::Invalid(format!("1: executing \"template\": {message}"))
}
