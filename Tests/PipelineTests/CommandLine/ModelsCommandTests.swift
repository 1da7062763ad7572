import Testing

/// Which model is used when none is named.
@Suite final class ModelsCommandTests {
  private let model: TinyModel
  private let folder: TemporaryFolder

  init() throws {
    model = try TinyModel()
    folder = try TemporaryFolder()
  }

  private func run(
    _ arguments: String..., model: String? = nil, data: String? = nil
  ) throws -> CommandLineTool.Outcome {
    var environment = ["XDG_DATA_HOME": data ?? "/nowhere", "HOME": "/nowhere", "KOQUANT_MODEL": model ?? ""]
    environment["LC_ALL"] = "C"
    return try CommandLineTool.run(arguments, environment: environment)
  }

  /// Models that belong to no place that a test chooses: those of the checkout.
  private func bundled() throws -> [String] { try names(run("models", "--json")) }

  private func names(_ outcome: CommandLineTool.Outcome) throws -> [String] {
    try jsonObject("{\"models\":\(outcome.text)}")["models"].flatMap { $0 as? [[String: Any]] }?
      .compactMap { $0["name"] as? String } ?? []
  }

  @Test func theVariableComesFirstAndTheUsersModelsLast() throws {
    try folder.createFolder("koquant/deeper")
    try folder.write(model.bytes(), "koquant/deeper/mine.koq")
    let outcome = try run("models", "--json", model: model.path, data: folder.path)
    #expect(outcome.status == 0)
    let expected = ["model"] + (try bundled()) + ["mine"]
    #expect(try names(outcome) == expected)
  }

  @Test func theVariableMayNameAFolder() throws {
    try folder.write(model.bytes(), "b.koq")
    try folder.write(model.bytes(), "a.koq")
    try folder.write("text", "notes.txt")
    #expect(try Array(names(run("models", "--json", model: folder.path)).prefix(2)) == ["a", "b"])
  }

  @Test func aModelIsUsedByDefaultAndByName() throws {
    let named = try CommandLineTool.run("embed", "--model", model.path, "ab c")
    #expect(try run("embed", "ab c", model: model.path).output == named.output)
    try folder.createFolder("koquant")
    try folder.write(model.bytes(), "koquant/mine.koq")
    #expect(try run("embed", "--model", "mine", "ab c", data: folder.path).output == named.output)
    #expect(try run("tokenize", "ab c", model: model.path).status == 0)
  }

  /// Whatever a model is called, and whether it is named by its file, its folder or its name.
  @Test func theVariableNamesAFileOrAModel() throws {
    let named = try CommandLineTool.run("embed", "--model", model.path, "ab c")
    let file = try folder.write(model.bytes(), "model.bin")
    #expect(try run("embed", "ab c", model: file).output == named.output)
    try folder.createFolder("koquant")
    try folder.write(model.bytes(), "koquant/mine.koq")
    #expect(try run("embed", "ab c", model: "mine", data: folder.path).output == named.output)
    #expect(try names(run("models", "--json", model: "mine", data: folder.path)).first == "mine")
  }

  /// Another model in its place would answer with other vectors.
  @Test func aVariableThatLeadsNowhereIsAnError() throws {
    try folder.createFolder("empty")
    for value in ["/nowhere/typo", "typo", folder.file("empty")] {
      for command in [["embed", "ab"], ["models"], ["models", "--json"], ["verify"]] {
        let environment = ["KOQUANT_MODEL": value, "HOME": "/nowhere", "XDG_DATA_HOME": "/nowhere"]
        expectFailure(try CommandLineTool.run(command, environment: environment), 66, "KOQUANT_MODEL", value)
      }
    }
    #expect(try run("embed", "--model", model.path, "ab", model: "/nowhere/typo").status == 0)
  }

  @Test(arguments: ["inspect", "verify", "plan", "drift"])
  func otherCommandsTakeNamesAndTheDefault(command: String) throws {
    let named = try run(command, model.path)
    #expect(named.status == 0)
    #expect(try run(command, model: model.path).lines.first == named.lines.first)
    #expect(try run(command, "model", model: model.path).status == 0)
    expectFailure(try run(command, "unheard-of"), 66, "unheard-of", "koquant models")
  }

  @Test func aModelThatCannotBeReadIsListedWithTheReason() throws {
    let path = try folder.write("this is something else", "other.koq")
    let table = try run("models", model: path)
    #expect(table.status == 0)
    #expect(table.lines.first?.hasPrefix("* other") == true)
    #expect(table.text.contains("not a .koq file"))
    expectFailure(try run("embed", "ab", model: path), 65, path, "not a .koq file")
    expectFailure(try run("embed", "ab", model: folder.file("none.koq")), 66, "none.koq")
    expectFailure(try run("embed", "--model", "unheard-of", "ab"), 66, "unheard-of")
  }
}
