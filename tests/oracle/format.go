package main

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

// formatQuestion asks for the layout that opa fmt gives to a module.
//
//	{"op": "format", "module": "package a\np { input.x }", "rego_version": "v0"}
//
// With the target v1, OPA also rewrites the module to v1, and drops the imports that v1 does not need.
type formatQuestion struct {
	Module      string `json:"module"`
	RegoVersion string `json:"rego_version"`
	Target      string `json:"target"`
}

// formatAnswer holds the text of the formatted module, or the error.
type formatAnswer struct {
	Text  string `json:"text"`
	Error string `json:"error,omitempty"`
}

func answerFormat(line []byte) (any, error) {
	var question formatQuestion
	if err := json.Unmarshal(line, &question); err != nil {
		return nil, err
	}
	version := ast.RegoV1
	if question.RegoVersion == "v0" {
		version = ast.RegoV0
	}
	capabilities := ast.CapabilitiesForThisVersion(ast.CapabilitiesRegoVersion(version))
	target := version
	if question.Target == "v1" {
		target = ast.RegoV1
	}
	text, err := format.SourceWithOpts("module.rego", []byte(question.Module), format.Opts{
		RegoVersion:   target,
		DropV0Imports: question.Target == "v1",
		Capabilities:  capabilities,
		ParserOptions: &ast.ParserOptions{RegoVersion: version, Capabilities: capabilities},
	})
	if err != nil {
		return formatAnswer{Error: err.Error()}, nil
	}
	return formatAnswer{Text: string(text)}, nil
}
