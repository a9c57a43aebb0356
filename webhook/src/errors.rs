//! The messages of errors.

use std::error::Error;

/// Returns the message of an error with those of its sources, such as "connection refused".
pub(crate) fn with_sources(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        source = error.source();
    }
    message
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no connection")]
    struct NoConnection(#[source] io::Error);

    #[test]
    fn errors_name_their_sources_once() {
        let refused = || NoConnection(io::Error::other("refused"));
        assert_eq!(with_sources(&refused()), "no connection: refused");
        let named = io::Error::other(refused());
        assert_eq!(with_sources(&named), "no connection: refused");
    }
}
