import ArgumentParser
import Interchange
import KoQuant

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the models that are found without being named.",
    discussion: """
      The first, marked with *, is the one that the other commands use without --model; --model also takes a \
      name from this list. Models are looked for, in this order:
        KOQUANT_MODEL (a file, a folder of models, or a name from this list)
        the folder of the program, and ../share/koquant beside it
        Models in the checkout, for a program in its .build folder
        ~/.local/share/koquant (or koquant in XDG_DATA_HOME)
      in each also one folder deeper.
      """)

  @Flag(name: .long, help: "Print one JSON array instead of a table.")
  var json = false

  func run() throws {
    try reportingFailures {
      let library = ModelLibrary()
      _ = try library.preferred()
      let models = library.entries.map(ListedModel.init)
      if json {
        try Terminal.standardOutput.write(Self.json(models))
      } else if models.isEmpty {
        _ = try library.path(of: nil)
      } else {
        try Terminal.standardOutput.write(Self.table(models))
      }
    }
  }

  private static func table(_ models: [ListedModel]) -> String {
    let width = models.map(\.entry.name.count).max() ?? 0
    return models.enumerated().map { index, model in
      "\(index == 0 ? "*" : " ") \(model.entry.name.left(width))  \(model.description)\n"
    }.joined()
  }

  private static func json(_ models: [ListedModel]) -> String {
    var writer = JSONWriter(style: .indented)
    writer.beginArray()
    for (index, model) in models.enumerated() {
      writer.beginObject()
      writer.member("name", model.entry.name)
      writer.member("path", model.entry.path)
      writer.member("default", index == 0)
      switch model.contents {
      case .success(let contents):
        writer.member("bytes", contents.bytes)
        writer.member("layers", contents.configuration.layers)
        writer.member("dimension", contents.configuration.hiddenSize)
      case .failure(let failure):
        writer.member("error", failure.message ?? "cannot be read")
      }
      writer.endObject()
    }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }
}

/// A model of the library and what its header says.
private struct ListedModel {
  struct Contents {
    var configuration: ModelConfiguration
    var bytes: Int
  }

  let entry: ModelLibrary.Entry
  let contents: Result<Contents, Failure>

  init(_ entry: ModelLibrary.Entry) {
    self.entry = entry
    contents = Result {
      let file = try KoqFile(path: entry.path)
      return Contents(configuration: try file.configuration(), bytes: file.header.totalLength)
    }.mapError { Failure($0) }
  }

  var description: String {
    switch contents {
    case .success(let contents):
      let shape = "\(contents.configuration.layers) x \(contents.configuration.hiddenSize)"
      return "\(shape.right(9))  \(megabytes(UInt64(contents.bytes)).right(9))  \(entry.path)"
    case .failure(let failure): return failure.message ?? entry.path
    }
  }
}
