import ArgumentParser
import Interchange
import KoQuant

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what is in a model file.",
    discussion: "Reads the header, the section table and the small documents; weights are not touched.")

  @OptionGroup var model: ModelArgument

  @Flag(name: .long, help: "Print one JSON object instead of a table.")
  var json = false

  func run() throws {
    try reportingFailures {
      let file = try KoqFile(path: model.path())
      let configuration = try file.configuration()
      let provenance = try file.document(.provenance)
      let text =
        json
        ? describeAsJSON(file, configuration, provenance) : describeAsTable(file, configuration, provenance)
      try Terminal.standardOutput.write(text)
    }
  }

  private func describeAsTable(
    _ file: KoqFile, _ configuration: ModelConfiguration, _ provenance: [UInt8]
  ) -> String {
    var text =
      "\(file.path): .koq version \(file.header.major).\(file.header.minor), \(file.header.totalLength) bytes\n"
    text += "content hash \(file.header.contentHashText)\n\n"
    for field in fields(configuration) { text += "\(field.name.left(20)) \(field.value.description)\n" }
    text += "\n\("section".left(40)) type  codec        stored         raw  shape\n"
    for entry in file.sections {
      let shape = (0..<entry.shape.rank).map { "\(entry.shape[$0])" }.joined(separator: " x ")
      text += "\(entry.name.string.left(40)) \(entry.elementType.name.description.left(5)) "
      text += "\(entry.codec.name.description.left(6)) \(String(entry.storedLength).right(12)) "
      text += "\(String(entry.rawLength).right(11))  \(shape)\n"
    }
    let lines = String(decoding: provenance, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    return text + "\nprovenance\n" + lines.map { printable(String($0), limit: .max) + "\n" }.joined()
  }

  private func describeAsJSON(
    _ file: KoqFile, _ configuration: ModelConfiguration, _ provenance: [UInt8]
  ) -> String {
    var writer = JSONWriter(style: .indented)
    writer.object { object in
      object.member("file", file.path)
      object.member("version", "\(file.header.major).\(file.header.minor)")
      object.member("bytes", file.header.totalLength)
      object.member("content_hash", file.header.contentHashText)
      object.object("model") { model in
        for field in fields(configuration) { model.member(field.name, field.value) }
      }
      object.member("sections", file.sections)
      // The converter writes JSON; whatever else somebody puts there is shown as text.
      object.member("provenance", (try? JSON(parsing: provenance)) ?? .string(provenance))
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  private func fields(_ configuration: ModelConfiguration) -> [(name: String, value: FieldValue)] {
    [
      ("architecture", .word("\(configuration.architecture)")), ("layers", .number(configuration.layers)),
      ("hidden_size", .number(configuration.hiddenSize)),
      ("attention_heads", .number(configuration.attentionHeads)),
      ("intermediate_size", .number(configuration.intermediateSize)),
      ("vocabulary_size", .number(configuration.vocabularySize)),
      ("positions", .number(configuration.positions)),
      ("padding_token", .number(Int(configuration.paddingToken))),
      ("maximum_tokens", .number(configuration.maximumTokens)),
      ("layer_norm_epsilon", .fraction(configuration.layerNormEpsilon)),
      ("pooling", .word("\(configuration.pooling)")), ("normalizes", .truth(configuration.normalizes)),
    ]
  }
}

extension KoqHeader {
  fileprivate var contentHashText: String {
    let digits = String(contentHash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A value of the configuration, typed as JSON is.
private enum FieldValue: CustomStringConvertible, JSONEncodable {
  case number(Int)
  case fraction(Float)
  case truth(Bool)
  case word(String)

  var description: String {
    switch self {
    case .number(let value): "\(value)"
    case .fraction(let value): "\(value)"
    case .truth(let value): value ? "yes" : "no"
    case .word(let value): value
    }
  }

  func encode(to writer: inout JSONWriter) {
    switch self {
    case .number(let value): writer.value(value)
    case .fraction(let value): writer.value(value)
    case .truth(let value): writer.value(value)
    case .word(let value): writer.value(value)
    }
  }
}

extension SectionEntry: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("name", name.string)
      object.member("type", elementType.name.description)
      object.member("shape", (0..<shape.rank).map { shape[$0] })
      object.member("codec", codec.name.description)
      object.member("offset", offset)
      object.member("stored_bytes", storedLength)
      object.member("raw_bytes", rawLength)
      object.member("rows_per_block", rowsPerBlock)
    }
  }
}
