/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_TREE_KIND_H
#define SHELL_LANG_TREE_KIND_H

#include <stddef.h>
#include <stdint.h>

/* What kinds of nodes and operators there are, and what all nodes share. */

/* X(KIND, struct, what the language's own tree calls it) */
#define TREE_KINDS(X)                                                          \
	/* blocks */                                                           \
	X(SCRIPT_BLOCK, script_block, "ScriptBlockAst")                        \
	X(PARAM_BLOCK, param_block, "ParamBlockAst")                           \
	X(NAMED_BLOCK, block, "NamedBlockAst")                                 \
	X(STATEMENT_BLOCK, block, "StatementBlockAst")                         \
	/* statements */                                                       \
	X(PIPELINE, pipeline, "PipelineAst")                                   \
	X(PIPELINE_CHAIN, chain, "PipelineChainAst")                           \
	X(ASSIGNMENT, assignment, "AssignmentStatementAst")                    \
	X(IF, if, "IfStatementAst")                                            \
	X(SWITCH, switch, "SwitchStatementAst")                                \
	X(WHILE, loop, "WhileStatementAst")                                    \
	X(DO_WHILE, loop, "DoWhileStatementAst")                               \
	X(DO_UNTIL, loop, "DoUntilStatementAst")                               \
	X(FOR, for, "ForStatementAst")                                         \
	X(FOREACH, foreach, "ForEachStatementAst")                             \
	X(TRY, try, "TryStatementAst")                                         \
	X(CATCH, catch, "CatchClauseAst")                                      \
	X(TRAP, trap, "TrapStatementAst")                                      \
	X(THROW, leave, "ThrowStatementAst")                                   \
	X(RETURN, leave, "ReturnStatementAst")                                 \
	X(EXIT, leave, "ExitStatementAst")                                     \
	X(BREAK, jump, "BreakStatementAst")                                    \
	X(CONTINUE, jump, "ContinueStatementAst")                              \
	X(FUNCTION, function, "FunctionDefinitionAst")                         \
	X(TYPE_DEFINITION, type_definition, "TypeDefinitionAst")               \
	X(PROPERTY_MEMBER, property_member, "PropertyMemberAst")               \
	X(FUNCTION_MEMBER, function_member, "FunctionMemberAst")               \
	X(DATA, data, "DataStatementAst")                                      \
	X(USING, using, "UsingStatementAst")                                   \
	/* inside a pipeline */                                                \
	X(COMMAND, command, "CommandAst")                                      \
	X(COMMAND_EXPRESSION, command_expression, "CommandExpressionAst")      \
	X(COMMAND_PARAMETER, command_parameter, "CommandParameterAst")         \
	X(FILE_REDIRECTION, redirection, "FileRedirectionAst")                 \
	X(MERGE_REDIRECTION, redirection, "MergingRedirectionAst")             \
	/* expressions */                                                      \
	X(BINARY, binary, "BinaryExpressionAst")                               \
	X(UNARY, unary, "UnaryExpressionAst")                                  \
	X(TERNARY, ternary, "TernaryExpressionAst")                            \
	X(CONVERT, convert, "ConvertExpressionAst")                            \
	X(ATTRIBUTED, attributed, "AttributedExpressionAst")                   \
	X(TYPE, type, "TypeExpressionAst")                                     \
	X(VARIABLE, variable, "VariableExpressionAst")                         \
	X(CONSTANT, constant, "ConstantExpressionAst")                         \
	X(STRING, string, "StringConstantExpressionAst")                       \
	X(EXPANDABLE, expandable, "ExpandableStringExpressionAst")             \
	X(ARRAY_LITERAL, array_literal, "ArrayLiteralAst")                     \
	X(ARRAY, sub, "ArrayExpressionAst")                                    \
	X(SUBEXPRESSION, sub, "SubExpressionAst")                              \
	X(PAREN, paren, "ParenExpressionAst")                                  \
	X(HASHTABLE, hashtable, "HashtableAst")                                \
	X(SCRIPT_BLOCK_EXPRESSION, script_block_expression,                    \
	    "ScriptBlockExpressionAst")                                        \
	X(MEMBER, member, "MemberExpressionAst")                               \
	X(INVOKE_MEMBER, invoke_member, "InvokeMemberExpressionAst")           \
	X(INDEX, index, "IndexExpressionAst")                                  \
	X(USING_EXPRESSION, using_expression, "UsingExpressionAst")            \
	/* attributes, parameters, types */                                    \
	X(ATTRIBUTE, attribute, "AttributeAst")                                \
	X(TYPE_CONSTRAINT, type_constraint, "TypeConstraintAst")               \
	X(PARAMETER, parameter, "ParameterAst")                                \
	X(TYPE_NAME, type_name, "TypeName")                                    \
	/* where the parser could not make sense of the text */                \
	X(ERROR, error, "ErrorStatementAst")

enum node_kind {
	NODE_NONE,
#define X(k, s, name) NODE_##k,
	TREE_KINDS(X)
#undef X
	NODE_KINDS
};

struct node {
	uint16_t kind;   /* enum node_kind */
	uint16_t height; /* levels of expression below; saturates */
	uint32_t start;  /* bytes into the source */
	uint32_t end;    /* the byte after the last */
	struct node *parent;
	void *slot;      /* the compiler's; NULL from the parser */
};

/* Text in the arena; may hold NUL bytes, is followed by one more. */
struct tree_text {
	const char *s;
	size_t len;
};

struct node_list {
	struct node **v;
	size_t n;
};

/*
 * Operators, binary and unary. For comparison and string operators the
 * plain (ignoring case) form has an I, the exact one a C, as the language's
 * TokenKind has: -eq and -ieq are TREE_OP_IEQ, -ceq is TREE_OP_CEQ.
 */
enum tree_op {
	TREE_OP_NONE,
	/* arithmetic */
	TREE_OP_ADD, TREE_OP_SUB, TREE_OP_MUL, TREE_OP_DIV, TREE_OP_REM,
	TREE_OP_FORMAT, /* -f */
	TREE_OP_RANGE,  /* .. */
	/* logic */
	TREE_OP_AND, TREE_OP_OR, TREE_OP_XOR,
	TREE_OP_BAND, TREE_OP_BOR, TREE_OP_BXOR, TREE_OP_SHL, TREE_OP_SHR,
	TREE_OP_COALESCE, /* ?? */
	/* comparison */
	TREE_OP_IEQ, TREE_OP_CEQ, TREE_OP_INE, TREE_OP_CNE, TREE_OP_IGE,
	TREE_OP_CGE, TREE_OP_IGT, TREE_OP_CGT,
	TREE_OP_ILT, TREE_OP_CLT, TREE_OP_ILE, TREE_OP_CLE,
	TREE_OP_ILIKE, TREE_OP_CLIKE, TREE_OP_INOTLIKE, TREE_OP_CNOTLIKE,
	TREE_OP_IMATCH, TREE_OP_CMATCH, TREE_OP_INOTMATCH, TREE_OP_CNOTMATCH,
	TREE_OP_ICONTAINS, TREE_OP_CCONTAINS, TREE_OP_INOTCONTAINS,
	TREE_OP_CNOTCONTAINS,
	TREE_OP_IIN, TREE_OP_CIN, TREE_OP_INOTIN, TREE_OP_CNOTIN,
	TREE_OP_IREPLACE, TREE_OP_CREPLACE,
	TREE_OP_ISPLIT, TREE_OP_CSPLIT, /* also unary */
	TREE_OP_JOIN,              /* also unary */
	TREE_OP_IS, TREE_OP_ISNOT, TREE_OP_AS,
	/* unary only */
	TREE_OP_PLUS, TREE_OP_MINUS, TREE_OP_NOT, TREE_OP_BNOT,
	TREE_OP_COMMA, /* `,x`: kept as an array literal, never in a node */
	TREE_OP_PRE_INC, TREE_OP_PRE_DEC, TREE_OP_POST_INC, TREE_OP_POST_DEC,
	/* assignment */
	TREE_OP_ASSIGN, TREE_OP_ASSIGN_ADD, TREE_OP_ASSIGN_SUB,
	TREE_OP_ASSIGN_MUL,
	TREE_OP_ASSIGN_DIV, TREE_OP_ASSIGN_REM, TREE_OP_ASSIGN_COALESCE,
	TREE_OP_KINDS
};

#endif
