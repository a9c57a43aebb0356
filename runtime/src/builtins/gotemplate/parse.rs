//! Templates as trees (`text/template/parse/parse.go`).

use std::collections::BTreeMap;

use super::Fault;
use super::lex::{Piece, Token, pieces};

/// How deep blocks and parentheses may nest.
const MAX_DEPTH: usize = 64;

/// A template: its own nodes and those of the templates that it defines.
#[derive(Debug, Default)]
pub(super) struct Template {
    pub(super) nodes: Vec<Node>,
    pub(super) defined: BTreeMap<String, Vec<Node>>,
}

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
    Float(f64),
    Text(String),
    Variable(String),
    Function(String),
    Parenthesis(Pipeline),
}

/// Reads a template.
pub(super) fn parse(template: &str) -> Result<Template, Fault> {
    let pieces = pieces(template)?;
    let mut parser = Parser { pieces: pieces.into_iter(), defined: BTreeMap::new(), depth: 0 };
    let (nodes, end) = parser.block(false)?;
    if let Some(end) = end {
        return Err(invalid(&format!("unexpected {{{{{}}}}}", end.name())));
    }
    Ok(Template { nodes, defined: parser.defined })
}

/// What ends a list of nodes: `{{end}}`, or `{{else}}` with what follows it.
enum End<'t> {
    End,
    Else(Vec<Token<'t>>),
}

impl End<'_> {
    fn name(&self) -> &'static str {
        match self {
            End::End => "end",
            End::Else(_) => "else",
        }
    }
}

struct Parser<'t> {
    pieces: std::vec::IntoIter<Piece<'t>>,
    defined: BTreeMap<String, Vec<Node>>,
    depth: usize,
}

impl<'t> Parser<'t> {
    /// Nodes up to their end, which is consumed; no end is the template's.
    fn block(&mut self, in_range: bool) -> Result<(Vec<Node>, Option<End<'t>>), Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::Unsupported(String::from("nesting so deep")));
        }
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let tokens = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text.to_owned()));
                    continue;
                }
                Piece::Action(tokens) => trimmed(tokens),
            };
            let rest = tokens.get(1..).unwrap_or_default();
            let node = match tokens.first() {
                Some(Token::Name("end")) => {
                    self.depth -= 1;
                    return Ok((nodes, Some(End::End)));
                }
                Some(Token::Name("else")) => {
                    self.depth -= 1;
                    return Ok((nodes, Some(End::Else(rest.to_vec()))));
                }
                Some(Token::Name(keyword @ ("if" | "with" | "range"))) => {
                    self.control(keyword, rest, in_range)?
                }
                Some(Token::Name("template")) => call(rest)?,
                Some(Token::Name("block")) => {
                    let node = call(rest)?;
                    self.define(rest)?;
                    node
                }
                Some(Token::Name("define")) => {
                    self.define(rest)?;
                    continue;
                }
                Some(Token::Name("break")) if in_range => Node::Break,
                Some(Token::Name("continue")) if in_range => Node::Continue,
                _ => Node::Action(pipeline(&tokens, 0)?),
            };
            nodes.push(node);
        }
        self.depth -= 1;
        Ok((nodes, None))
    }

    fn control(
        &mut self,
        keyword: &str,
        tokens: &[Token<'t>],
        in_range: bool,
    ) -> Result<Node, Fault> {
        let pipeline = pipeline(tokens, 0)?;
        let (body, end) = self.block(in_range || keyword == "range")?;
        let otherwise = match end {
            None => return Err(invalid("unexpected EOF")),
            Some(End::End) => Vec::new(),
            Some(End::Else(rest)) => self.otherwise(keyword, &trimmed(rest), in_range)?,
        };
        Ok(match keyword {
            "if" => Node::If { condition: pipeline, body, otherwise },
            "with" => Node::With { value: pipeline, body, otherwise },
            _ => Node::Range { over: pipeline, body, otherwise },
        })
    }

    /// What follows `{{else`: `if` and `with` may go on with another of their kind.
    fn otherwise(
        &mut self,
        keyword: &str,
        rest: &[Token<'t>],
        in_range: bool,
    ) -> Result<Vec<Node>, Fault> {
        match rest {
            [] => match self.block(in_range)? {
                (nodes, Some(End::End)) => Ok(nodes),
                (_, Some(End::Else(_))) => Err(invalid("expected end; found {{else}}")),
                (_, None) => Err(invalid("unexpected EOF")),
            },
            [Token::Name(again), condition @ ..] if *again == keyword && keyword != "range" => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(Fault::Unsupported(String::from("nesting so deep")));
                }
                let node = self.control(keyword, condition, in_range)?;
                self.depth -= 1;
                Ok(vec![node])
            }
            _ => Err(invalid("unexpected token in else")),
        }
    }

    fn define(&mut self, tokens: &[Token<'t>]) -> Result<(), Fault> {
        let name = template_name(tokens)?;
        match self.block(false)? {
            (nodes, Some(End::End)) => match self.defined.get(&name) {
                // Go takes the definition that is not empty.
                Some(known) if !is_empty(known) && !is_empty(&nodes) => {
                    let fault = format!("template: multiple definition of template {name:?}");
                    Err(invalid(&fault))
                }
                Some(known) if !is_empty(known) => Ok(()),
                _ => {
                    self.defined.insert(name, nodes);
                    Ok(())
                }
            },
            _ => Err(invalid("unexpected EOF")),
        }
    }
}

/// Returns `true` if a definition has nothing but white space.
fn is_empty(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()))
}

fn call(tokens: &[Token<'_>]) -> Result<Node, Fault> {
    let name = template_name(tokens)?;
    let rest: Vec<Token<'_>> = tokens
        .iter()
        .skip_while(|token| !matches!(token, Token::Text(_)))
        .skip(1)
        .cloned()
        .collect();
    let rest = trimmed(rest);
    let value = if rest.is_empty() { None } else { Some(pipeline(&rest, 0)?) };
    Ok(Node::Call { name, value })
}

fn template_name(tokens: &[Token<'_>]) -> Result<String, Fault> {
    match tokens.iter().find(|token| **token != Token::Space) {
        Some(Token::Text(name)) => Ok(name.clone()),
        _ => Err(invalid("expected the name of a template")),
    }
}

/// The tokens without white space at either end.
fn trimmed(mut tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    while tokens.last() == Some(&Token::Space) {
        tokens.pop();
    }
    let start = tokens.iter().position(|token| *token != Token::Space).unwrap_or(tokens.len());
    tokens.split_off(start)
}

fn pipeline(tokens: &[Token<'_>], depth: usize) -> Result<Pipeline, Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::Unsupported(String::from("nesting so deep")));
    }
    let (variables, declares, tokens) = variables(tokens)?;
    let mut commands = Vec::new();
    let mut start = 0;
    let mut open = 0_usize;
    for (place, token) in tokens.iter().enumerate() {
        match token {
            Token::Open => open += 1,
            Token::Close => {
                open = open.checked_sub(1).ok_or_else(|| invalid("unexpected right paren"))?;
            }
            Token::Pipe if open == 0 => {
                commands.push(command(&tokens[start..place], depth)?);
                start = place + 1;
            }
            _ => {}
        }
    }
    if open > 0 {
        return Err(invalid("unclosed left paren"));
    }
    commands.push(command(&tokens[start..], depth)?);
    Ok(Pipeline { variables, declares, commands })
}

/// The variables in front of a pipeline, whether they are new, and the rest.
fn variables<'p, 't>(
    tokens: &'p [Token<'t>],
) -> Result<(Vec<String>, bool, &'p [Token<'t>]), Fault> {
    let Some(place) =
        tokens.iter().position(|token| matches!(token, Token::Declare | Token::Assign))
    else {
        return Ok((Vec::new(), false, tokens));
    };
    let mut variables = Vec::new();
    for token in &tokens[..place] {
        match token {
            Token::Variable(name) => variables.push((*name).to_owned()),
            Token::Space | Token::Comma => {}
            _ => return Err(invalid("unexpected token in declaration")),
        }
    }
    if variables.is_empty() || variables.len() > 2 {
        return Err(invalid("too many declarations"));
    }
    Ok((variables, tokens[place] == Token::Declare, &tokens[place + 1..]))
}

fn command(tokens: &[Token<'_>], depth: usize) -> Result<Vec<Operand>, Fault> {
    let mut operands: Vec<Operand> = Vec::new();
    let mut joined = false;
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let base = match token {
            Token::Space => {
                joined = false;
                continue;
            }
            Token::Field(name) => {
                match operands.last_mut() {
                    Some(last) if joined => last.fields.push((*name).to_owned()),
                    _ => {
                        operands
                            .push(Operand { base: Base::Dot, fields: vec![(*name).to_owned()] });
                    }
                }
                joined = true;
                continue;
            }
            Token::Open => {
                let length = parenthesis(rest).ok_or_else(|| invalid("unclosed left paren"))?;
                let inner = pipeline(&rest[..length], depth + 1)?;
                rest = &rest[length + 1..];
                Base::Parenthesis(inner)
            }
            Token::Dot => Base::Dot,
            Token::Name("nil") => Base::Nil,
            Token::Name("true") => Base::Bool(true),
            Token::Name("false") => Base::Bool(false),
            Token::Name(name) => Base::Function((*name).to_owned()),
            Token::Variable(name) => Base::Variable((*name).to_owned()),
            Token::Integer(number) => Base::Integer(*number),
            Token::Float(number) => Base::Float(*number),
            Token::Text(text) => Base::Text(text.clone()),
            _ => return Err(invalid("unexpected token in operand")),
        };
        operands.push(Operand { base, fields: Vec::new() });
        joined = true;
    }
    if operands.is_empty() {
        return Err(invalid("missing value for command"));
    }
    Ok(operands)
}

/// The place of the parenthesis that closes one opened before `tokens`.
fn parenthesis(tokens: &[Token<'_>]) -> Option<usize> {
    let mut open = 1_usize;
    tokens.iter().position(|token| {
        match token {
            Token::Open => open += 1,
            Token::Close => open -= 1,
            _ => {}
        }
        open == 0
    })
}

fn invalid(message: &str) -> Fault {
    Fault::Invalid(format!("1: {message}"))
}
