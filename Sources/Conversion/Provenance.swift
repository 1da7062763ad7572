import Checkpoint
import Interchange
import KoQuant

/// Where a model comes from and how it was quantized: the JSON of the section `provenance`.
///
/// It names files and contents, not places or times, so that the same input gives the same file.
struct Provenance {
  let json: [UInt8]

  /// Reads every source file once, for its hash.
  init(_ checkpoint: Checkpoint, _ options: Converter.Options) throws {
    var writer = JSONWriter(style: .indented)
    writer.beginObject()
    writer.key("converter")
    writer.value("koquant \(Converter.version)")
    writer.key("recipe")
    writer.beginObject()
    writer.member("name", options.recipe.rawValue)
    writer.member("weights", "symmetric int8 per output channel")
    writer.member("activations", "asymmetric u8 per token or group of input channels")
    writer.member("calibration", options.calibration.source)
    writer.member("calibration_sentences", options.calibration.count)
    writer.member("calibration_sha256", options.calibration.sha256)
    writer.key("embeddings")
    writer.value("symmetric int8 per row")
    writer.endObject()
    writer.key("files")
    writer.beginArray()
    for file in checkpoint.sourceFiles {
      writer.beginObject()
      writer.key("name")
      writer.value(file.name)
      writer.key("bytes")
      writer.value(file.size)
      writer.key("sha256")
      writer.value(try file.sha256())
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    json = writer.bytes
  }
}

extension Converter {
  /// Version of the program, as the provenance of a file states it; that of the C library and of the Python package too.
  public static let version = "1.1.0"
}
