//! The parser of pipelines: commands, operands and variable declarations.

use super::Fault;
use super::functions;
use super::parse::{Parser, unexpected};
use super::token::{Token, invalid};
use super::tree::{Base, Operand, Pipeline};

impl Parser<'_, '_> {
    pub(super) fn pipeline(&mut self, context: &str, end: &Token<'_>) -> Result<Pipeline, Fault> {
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

    /// Reads a variable that the pipeline sets. Returns `true` if another variable may follow.
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

    /// Reads operands up to a pipe, which is consumed, or up to the end of the pipeline.
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

/// Returns `true` if a command may begin with the token.
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
