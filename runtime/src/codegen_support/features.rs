//! Checks of this crate's features, which run while generated code is compiled.
//!
//! The compiler knows the builtins of all features, whatever features its own copy of this crate
//! has, so that these do not decide whether a policy is valid. A policy that calls `regex.match`
//! begins with `rt::require_regex!("regex.match")`. If the crate that links the policy lacks the
//! feature, the macro stops the build and prints the line for `Cargo.toml`.

/// Stops the build with an error that names the feature that a policy needs.
#[doc(hidden)]
#[macro_export]
macro_rules! missing_feature {
    ($feature:literal, $builtins:literal) => {
        ::core::compile_error!(::core::concat!(
            "expected the feature `",
            $feature,
            "` of ferrego-runtime, found it disabled; this policy calls ",
            $builtins,
            "\nhelp: enable it in Cargo.toml\n    ferrego-runtime = { version = \"0.1\", \
             features = [\"",
            $feature,
            "\"] }",
        ));
    };
}

/// Checks the feature `aws`.
#[cfg(feature = "aws")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_aws {
    ($builtins:literal) => {};
}

/// Checks the feature `aws`.
#[cfg(not(feature = "aws"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_aws {
    ($builtins:literal) => {
        $crate::missing_feature!("aws", $builtins);
    };
}

/// Checks the feature `crypto`.
#[cfg(feature = "crypto")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_crypto {
    ($builtins:literal) => {};
}

/// Checks the feature `crypto`.
#[cfg(not(feature = "crypto"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_crypto {
    ($builtins:literal) => {
        $crate::missing_feature!("crypto", $builtins);
    };
}

/// Checks the feature `encoding`.
#[cfg(feature = "encoding")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_encoding {
    ($builtins:literal) => {};
}

/// Checks the feature `encoding`.
#[cfg(not(feature = "encoding"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_encoding {
    ($builtins:literal) => {
        $crate::missing_feature!("encoding", $builtins);
    };
}

/// Checks the feature `gotemplate`.
#[cfg(feature = "gotemplate")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_gotemplate {
    ($builtins:literal) => {};
}

/// Checks the feature `gotemplate`.
#[cfg(not(feature = "gotemplate"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_gotemplate {
    ($builtins:literal) => {
        $crate::missing_feature!("gotemplate", $builtins);
    };
}

/// Checks the feature `jsonschema`.
#[cfg(feature = "jsonschema")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_jsonschema {
    ($builtins:literal) => {};
}

/// Checks the feature `jsonschema`.
#[cfg(not(feature = "jsonschema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_jsonschema {
    ($builtins:literal) => {
        $crate::missing_feature!("jsonschema", $builtins);
    };
}

/// Checks the feature `jwt`.
#[cfg(feature = "jwt")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_jwt {
    ($builtins:literal) => {};
}

/// Checks the feature `jwt`.
#[cfg(not(feature = "jwt"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_jwt {
    ($builtins:literal) => {
        $crate::missing_feature!("jwt", $builtins);
    };
}

/// Checks the feature `regex`.
#[cfg(feature = "regex")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_regex {
    ($builtins:literal) => {};
}

/// Checks the feature `regex`.
#[cfg(not(feature = "regex"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_regex {
    ($builtins:literal) => {
        $crate::missing_feature!("regex", $builtins);
    };
}

/// Checks the feature `time`.
#[cfg(feature = "time")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_time {
    ($builtins:literal) => {};
}

/// Checks the feature `time`.
#[cfg(not(feature = "time"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_time {
    ($builtins:literal) => {
        $crate::missing_feature!("time", $builtins);
    };
}

/// Checks the feature `yaml`.
#[cfg(feature = "yaml")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_yaml {
    ($builtins:literal) => {};
}

/// Checks the feature `yaml`.
#[cfg(not(feature = "yaml"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_yaml {
    ($builtins:literal) => {
        $crate::missing_feature!("yaml", $builtins);
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::builtins;

    #[test]
    fn every_feature_of_the_table_has_a_check() {
        let features: BTreeSet<_> = builtins::all().map(|row| row.feature).collect();
        let source = include_str!("features.rs");
        for feature in features.into_iter().filter(|feature| !feature.is_empty()) {
            assert!(source.contains(&format!("macro_rules! require_{feature} ")), "{feature}");
        }
    }

    #[test]
    fn the_message_names_a_version_that_this_crate_satisfies() {
        assert!(env!("CARGO_PKG_VERSION").starts_with("0.1."));
    }
}
