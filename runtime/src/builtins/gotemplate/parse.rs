//! The parser of templates (`text/template/parse/parse.go`).

use super::Fault;
use super::lex::tokens;
use super::token::{Token, invalid};
use super::tree::{Node, Templates};

/// The maximum nesting depth of blocks and parentheses.
const MAX_DEPTH: usize = 64;

/// The name of the main template, which the text may redefine.
pub(super) const MAIN: &str = "template";

/// Parses a template and the templates that it defines.
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

/// Adds a definition. Of two definitions, Go takes the one that is not empty.
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

/// Returns `true` if a definition contains only white space.
fn is_empty(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()))
}

/// An element of a list of nodes, or the end of the list.
enum Part {
    Node(Node),
    End,
    Else,
}

/// A parser of one template. Each definition and each block has a parser of its own, with its own
/// variables.
pub(super) struct Parser<'p, 't> {
    pub(super) tokens: &'p [Token<'t>],
    /// The index of the next token.
    pub(super) at: usize,
    pub(super) variables: Vec<&'t str>,
    pub(super) ranges: usize,
    pub(super) depth: usize,
    pub(super) defined: &'p mut Templates,
}

impl<'p, 't> Parser<'p, 't> {
    fn new(tokens: &'p [Token<'t>], at: usize, defined: &'p mut Templates, depth: usize) -> Self {
        Self { tokens, at, variables: vec!["$"], ranges: 0, depth, defined }
    }

    pub(super) fn peek(&self) -> Option<&'p Token<'t>> {
        self.tokens.get(self.at)
    }

    pub(super) fn peek_behind_space(&mut self) -> Option<&'p Token<'t>> {
        if self.peek() == Some(&Token::Space) {
            self.at += 1;
        }
        self.peek()
    }

    pub(super) fn next_behind_space(&mut self) -> Option<&'p Token<'t>> {
        let token = self.peek_behind_space();
        self.at += 1;
        token
    }

    pub(super) fn expect(&mut self, expected: &Token<'_>, context: &str) -> Result<(), Fault> {
        match self.next_behind_space() {
            Some(token) if token == expected => Ok(()),
            other => Err(unexpected(other, context)),
        }
    }

    /// Runs `read` one nesting level deeper, or fails if that exceeds the maximum depth.
    pub(super) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::Unsupported(String::from("such deep nesting")));
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Consumes `{{define`, which only the outermost list may contain.
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

    /// Reads the nodes of a definition up to its end.
    fn definition(&mut self, name: String) -> Result<(), Fault> {
        let mut inner = Parser::new(self.tokens, self.at, &mut *self.defined, self.depth);
        let (nodes, has_else) = inner.nested(Parser::list)?;
        self.at = inner.at;
        if has_else {
            return Err(invalid("unexpected {{else}} in definition"));
        }
        add(self.defined, name, nodes)
    }

    /// Reads the nodes up to `{{end}}` or `{{else}}`. Returns `true` if it was the latter.
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
                // `{{else if` and `{{else with` leave their keyword to the enclosing control.
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

    /// Parses the nodes after `{{else`. `if` and `with` may chain another of their kind.
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
}

pub(super) fn unexpected(token: Option<&Token<'_>>, context: &str) -> Fault {
    match token {
        Some(token) => invalid(&format!("unexpected {token:?} in {context}")),
        None => invalid("unexpected EOF"),
    }
}
