//! Templates as trees (`text/template/parse/parse.go`).

use std::collections::BTreeMap;

use super::Fault;
use super::functions;
use super::lex::{Token, invalid, tokens};

/// How deep blocks and parentheses may nest.
const MAX_DEPTH: usize = 64;

/// The name of the template itself, which it may define anew.
pub(super) const MAIN: &str = "template";

/// The nodes of the templates that a text defines, its own under [`MAIN`].
pub(super) type Templates = BTreeMap<String, Vec<Node>>;

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    /// A pipeline whose value is written, unless it sets a variable.
    Action(Pipeline),
    If {
        condition: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    With {
        value: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Range {
        over: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Call {
        name: String,
        value: Option<Pipeline>,
    },
    Break,
    Continue,
}

/// Commands, each of which takes the value of the one before as its last argument.
#[derive(Debug)]
pub(super) struct Pipeline {
    /// The variables that the value is given to.
    pub(super) variables: Vec<String>,
    /// Whether the variables are new.
    pub(super) declares: bool,
    pub(super) commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) base: Base,
    /// The fields that are taken of it, one in another.
    pub(super) fields: Vec<String>,
}

/// What an operand begins with.
#[derive(Debug)]
pub(super) enum Base {
    Dot,
    Nil,
    Bool(bool),
    Integer(i64),
    /// An integer beyond `int64`.
    TooLarge,
    Float(f64),
    Complex(f64, f64),
    Text(String),
    /// A string constant with bytes that are not UTF-8.
    NotUtf8,
    Variable(String),
    Function(String),
    Parenthesis(Pipeline),
}

/// Reads a template.
pub(super) fn parse(template: &str) -> Result<Templates, Fault> {
    let tokens = tokens(template)?;
    let mut defined = Templates::new();
    let mut parser = Parser::new(&tokens, 0, &mut defined, 0);
    let mut nodes = Vec::new();
    while parser.at < tokens.len() {
        if parser.accept_define() {
            parser.define()?;
            continue;
        }
        match parser.text_or_action()? {
            Part::Node(node) => nodes.push(node),
            Part::End => return Err(invalid("unexpected {{end}}")),
            Part::Else => return Err(invalid("unexpected {{else}}")),
        }
    }
    add(&mut defined, MAIN.to_owned(), nodes)?;
    Ok(defined)
}

/// Keeps a definition. Go takes the one that is not empty.
fn add(defined: &mut Templates, name: String, nodes: Vec<Node>) -> Result<(), Fault> {
    match defined.get(&name) {
        Some(known) if !is_empty(known) && !is_empty(&nodes) => {
            Err(invalid(&format!("template: multiple definition of template {name:?}")))
        }
        Some(known) if !is_empty(known) => Ok(()),
        _ => {
            defined.insert(name, nodes);
            Ok(())
        }
    }
}

/// Returns `true` if a definition has nothing but white space.
fn is_empty(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()))
}

/// What stands between the ends of lists.
enum Part {
    Node(Node),
    End,
    Else,
}

/// Reads one template; definitions and blocks have parsers of their own, with variables of their
/// own.
struct Parser<'p, 't> {
    tokens: &'p [Token<'t>],
    /// The index of the next token.
    at: usize,
    variables: Vec<&'t str>,
    ranges: usize,
    depth: usize,
    defined: &'p mut Templates,
}

impl<'p, 't> Parser<'p, 't> {
    fn new(tokens: &'p [Token<'t>], at: usize, defined: &'p mut Templates, depth: usize) -> Self {
        Self { tokens, at, variables: vec!["$"], ranges: 0, depth, defined }
    }

    fn peek(&self) -> Option<&'p Token<'t>> {
        self.tokens.get(self.at)
    }

    fn peek_behind_space(&mut self) -> Option<&'p Token<'t>> {
        if self.peek() == Some(&Token::Space) {
            self.at += 1;
        }
        self.peek()
    }

    fn next_behind_space(&mut self) -> Option<&'p Token<'t>> {
        let token = self.peek_behind_space();
        self.at += 1;
        token
    }

    fn expect(&mut self, expected: &Token<'_>, context: &str) -> Result<(), Fault> {
        match self.next_behind_space() {
            Some(token) if token == expected => Ok(()),
            other => Err(unexpected(other, context)),
        }
    }

    /// Counts the depth of what `read` reads.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::Unsupported(String::from("nesting so deep")));
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Takes `{{define`, which only the outermost list may hold.
    fn accept_define(&mut self) -> bool {
        let start = self.at;
        if self.peek() == Some(&Token::Left) {
            self.at += 1;
            if self.next_behind_space() == Some(&Token::Keyword("define")) {
                return true;
            }
        }
        self.at = start;
        false
    }

    fn define(&mut self) -> Result<(), Fault> {
        let name = self.template_name("define clause")?;
        self.expect(&Token::Right, "define clause")?;
        self.definition(name)
    }

    /// The nodes of a definition up to its end.
    fn definition(&mut self, name: String) -> Result<(), Fault> {
        let mut inner = Parser::new(self.tokens, self.at, &mut *self.defined, self.depth);
        let (nodes, has_else) = inner.nested(Parser::list)?;
        self.at = inner.at;
        if has_else {
            return Err(invalid("unexpected {{else}} in definition"));
        }
        add(self.defined, name, nodes)
    }

    /// Nodes up to `{{end}}` or `{{else}}`, and whether it was the latter.
    fn list(&mut self) -> Result<(Vec<Node>, bool), Fault> {
        let mut nodes = Vec::new();
        while self.peek_behind_space().is_some() {
            match self.text_or_action()? {
                Part::Node(node) => nodes.push(node),
                Part::End => return Ok((nodes, false)),
                Part::Else => return Ok((nodes, true)),
            }
        }
        Err(invalid("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Result<Part, Fault> {
        match self.next_behind_space() {
            Some(Token::Text(text)) => Ok(Part::Node(Node::Text((*text).to_owned()))),
            Some(Token::Left) => self.action(),
            other => Err(unexpected(other, "input")),
        }
    }

    fn action(&mut self) -> Result<Part, Fault> {
        let Some(Token::Keyword(keyword)) = self.peek_behind_space() else {
            let pipeline = self.pipeline("command", &Token::Right)?;
            return Ok(Part::Node(Node::Action(pipeline)));
        };
        self.at += 1;
        Ok(Part::Node(match *keyword {
            "end" => {
                self.expect(&Token::Right, "end")?;
                return Ok(Part::End);
            }
            "else" => {
                // `{{else if` and `{{else with` leave their keyword to the control before them.
                if !matches!(self.peek_behind_space(), Some(Token::Keyword("if" | "with"))) {
                    self.expect(&Token::Right, "else")?;
                }
                return Ok(Part::Else);
            }
            "if" | "with" | "range" => self.nested(|parser| parser.control(keyword))?,
            "template" => self.call()?,
            "block" => self.block()?,
            "break" | "continue" => {
                self.expect(&Token::Right, keyword)?;
                if self.ranges == 0 {
                    return Err(invalid(&format!("{{{{{keyword}}}}} outside {{{{range}}}}")));
                }
                if *keyword == "break" { Node::Break } else { Node::Continue }
            }
            _ => return Err(unexpected(Some(&Token::Keyword(keyword)), "command")),
        }))
    }

    fn control(&mut self, keyword: &str) -> Result<Node, Fault> {
        let scope = self.variables.len();
        let is_range = keyword == "range";
        let pipeline = self.pipeline(keyword, &Token::Right)?;
        self.ranges += usize::from(is_range);
        let (body, has_else) = self.list()?;
        self.ranges -= usize::from(is_range);
        let otherwise = if has_else { self.otherwise(keyword)? } else { Vec::new() };
        self.variables.truncate(scope);
        Ok(match keyword {
            "if" => Node::If { condition: pipeline, body, otherwise },
            "with" => Node::With { value: pipeline, body, otherwise },
            _ => Node::Range { over: pipeline, body, otherwise },
        })
    }

    /// What follows `{{else`: `if` and `with` may go on with another of their kind.
    fn otherwise(&mut self, keyword: &str) -> Result<Vec<Node>, Fault> {
        if keyword != "range" && self.peek() == Some(&Token::Keyword(keyword)) {
            self.at += 1;
            return Ok(vec![self.nested(|parser| parser.control(keyword))?]);
        }
        match self.list()? {
            (nodes, false) => Ok(nodes),
            (_, true) => Err(invalid("expected end; found {{else}}")),
        }
    }

    fn call(&mut self) -> Result<Node, Fault> {
        let name = self.template_name("template clause")?;
        let value = if self.peek_behind_space() == Some(&Token::Right) {
            self.at += 1;
            None
        } else {
            Some(self.pipeline("template clause", &Token::Right)?)
        };
        Ok(Node::Call { name, value })
    }

    fn block(&mut self) -> Result<Node, Fault> {
        let name = self.template_name("block clause")?;
        let value = self.pipeline("block clause", &Token::Right)?;
        self.definition(name.clone())?;
        Ok(Node::Call { name, value: Some(value) })
    }

    fn template_name(&mut self, context: &str) -> Result<String, Fault> {
        match self.next_behind_space() {
            Some(Token::String(name)) => Ok(name.clone()),
            Some(Token::NotUtf8) => {
                Err(Fault::Unsupported("a template name that is not UTF-8".to_owned()))
            }
            other => Err(unexpected(other, context)),
        }
    }

    fn pipeline(&mut self, context: &str, end: &Token<'_>) -> Result<Pipeline, Fault> {
        let mut pipeline = Pipeline { variables: Vec::new(), declares: true, commands: Vec::new() };
        while self.declaration(context, &mut pipeline)? {}
        loop {
            match self.peek_behind_space() {
                Some(token) if token == end => {
                    self.at += 1;
                    break;
                }
                Some(token) if is_operand(token) => pipeline.commands.push(self.command()?),
                other => return Err(unexpected(other, context)),
            }
        }
        if pipeline.commands.is_empty() {
            return Err(invalid(&format!("missing value for {context}")));
        }
        let is_constant = |operand: &Operand| {
            operand.fields.is_empty()
                && !matches!(
                    operand.base,
                    Base::Variable(_) | Base::Function(_) | Base::Parenthesis(_)
                )
        };
        if pipeline.commands[1..].iter().any(|command| command.first().is_some_and(is_constant)) {
            return Err(invalid("non executable command in pipeline"));
        }
        Ok(pipeline)
    }

    /// Reads a variable that the pipeline is given to; returns `true` if another may follow.
    fn declaration(&mut self, context: &str, pipeline: &mut Pipeline) -> Result<bool, Fault> {
        let Some(Token::Variable(name)) = self.peek_behind_space() else { return Ok(false) };
        let start = self.at;
        self.at += 1;
        let next = self.peek_behind_space();
        if !matches!(next, Some(Token::Assign | Token::Declare | Token::Comma)) {
            self.at = start;
            return Ok(false);
        }
        self.at += 1;
        pipeline.variables.push((*name).to_owned());
        self.variables.push(name);
        if next != Some(&Token::Comma) {
            pipeline.declares = next == Some(&Token::Declare);
            return Ok(false);
        }
        if context != "range" || pipeline.variables.len() > 1 {
            return Err(invalid(&format!("too many declarations in {context}")));
        }
        match self.peek_behind_space() {
            Some(Token::Variable(_) | Token::Right | Token::Close) => Ok(true),
            _ => Err(invalid("range can only initialize variables")),
        }
    }

    /// Operands up to a pipe, which is consumed, or the end of the pipeline.
    fn command(&mut self) -> Result<Vec<Operand>, Fault> {
        let mut operands = Vec::new();
        loop {
            self.peek_behind_space();
            operands.extend(self.operand()?);
            match self.peek() {
                Some(Token::Space) => self.at += 1,
                Some(Token::Right | Token::Close) => break,
                Some(Token::Pipe) => {
                    self.at += 1;
                    break;
                }
                other => return Err(unexpected(other, "operand")),
            }
        }
        if operands.is_empty() {
            return Err(invalid("empty command"));
        }
        Ok(operands)
    }

    fn operand(&mut self) -> Result<Option<Operand>, Fault> {
        let first_field = matches!(self.peek(), Some(Token::Field(_)));
        let base = if first_field { Some(Base::Dot) } else { self.term()? };
        let Some(base) = base else { return Ok(None) };
        let mut fields = Vec::new();
        while let Some(Token::Field(name)) = self.peek() {
            self.at += 1;
            fields.push((*name).to_owned());
        }
        let has_fields =
            matches!(base, Base::Variable(_) | Base::Function(_) | Base::Parenthesis(_));
        if !fields.is_empty() && !has_fields && !first_field {
            return Err(invalid("unexpected . after term"));
        }
        Ok(Some(Operand { base, fields }))
    }

    fn term(&mut self) -> Result<Option<Base>, Fault> {
        let Some(token) = self.peek() else { return Ok(None) };
        let base = match token {
            Token::Name(name) if functions::is_known(name) => Base::Function((*name).to_owned()),
            Token::Name(name) => return Err(invalid(&format!("function {name:?} not defined"))),
            Token::Dot => Base::Dot,
            Token::Nil => Base::Nil,
            Token::Variable(name) if self.variables.contains(name) => {
                Base::Variable((*name).to_owned())
            }
            Token::Variable(name) => {
                return Err(invalid(&format!("undefined variable {name:?}")));
            }
            Token::Bool(truth) => Base::Bool(*truth),
            Token::Integer(number) => Base::Integer(*number),
            Token::TooLarge => Base::TooLarge,
            Token::Float(number) => Base::Float(*number),
            Token::Complex(real, imaginary) => Base::Complex(*real, *imaginary),
            Token::NotUtf8 => Base::NotUtf8,
            Token::String(text) => Base::Text(text.clone()),
            Token::Open => {
                self.at += 1;
                let read =
                    |parser: &mut Self| parser.pipeline("parenthesized pipeline", &Token::Close);
                return self.nested(read).map(|pipeline| Some(Base::Parenthesis(pipeline)));
            }
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(base))
    }
}

/// Whether a command may begin with the token.
fn is_operand(token: &Token<'_>) -> bool {
    matches!(
        token,
        Token::Name(_)
            | Token::Nil
            | Token::Bool(_)
            | Token::Dot
            | Token::Field(_)
            | Token::Variable(_)
            | Token::Integer(_)
            | Token::TooLarge
            | Token::Float(_)
            | Token::Complex(..)
            | Token::NotUtf8
            | Token::String(_)
            | Token::Open
    )
}

fn unexpected(token: Option<&Token<'_>>, context: &str) -> Fault {
    match token {
        Some(token) => invalid(&format!("unexpected {token:?} in {context}")),
        None => invalid("unexpected EOF"),
    }
}
