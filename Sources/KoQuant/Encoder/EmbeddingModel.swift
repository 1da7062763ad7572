import CShims
import Kernels

/// A model file ready for use: tokenizer, weights and the kernels for this CPU. It does not change, so any
/// number of sessions on any threads may share it.
public final class EmbeddingModel: @unchecked Sendable {
  public let file: KoqFile
  public let configuration: ModelConfiguration
  public let tokenizer: Tokenizer
  public let kernels: KernelTable
  package let weights: EncoderWeights
  /// Decoded sections that `tokenizer` and `weights` point into.
  private let buffers: [AlignedBuffer]

  /// Opens a `.koq` file. Stored sections are used in place, compressed ones are decoded into memory; the
  /// contents of both are checked against their hashes.
  ///
  /// - Parameter instructionSet: name of a kernel table (`KernelTable.available`); nil for `KOQUANT_ISA`, or the
  ///   fastest when that is not set.
  public convenience init(path: String, instructionSet: [UInt8]? = nil) throws(EmbeddingError) {
    let file: KoqFile
    do throws(KoqError) {
      file = try KoqFile(path: path)
    } catch {
      if case .system(let error) = error.reason { throw .system(error) }
      throw .file(error)
    }
    try self.init(file, instructionSet: instructionSet)
  }

  public convenience init(_ file: KoqFile, instructionSet: [UInt8]? = nil) throws(EmbeddingError) {
    let kernels = try Self.selectKernels(instructionSet)
    var loader = try TensorLoader(file)
    let configuration: ModelConfiguration
    let section = try loader.bytes(.model)
    do throws(KoqError) {
      configuration = try ModelConfiguration(section: section)
    } catch {
      throw .file(error.at(file.path))
    }
    let settings = try loader.bytes(.tokenizer)
    let vocabulary = try loader.bytes(.vocabulary)
    let tokenizer: Tokenizer
    do throws(TokenizerError) {
      tokenizer = try Tokenizer(settings: settings, vocabulary: vocabulary)
    } catch {
      throw .tokenizer(error, path: file.path)
    }
    guard tokenizer.tokenCount <= configuration.vocabularySize else {
      throw .file(
        KoqError(
          .invalidContents("more tokens than the embedding table has rows"), section: .vocabulary,
          path: file.path))
    }
    let weights = try EncoderWeights(configuration, loader: &loader)
    self.init(file, configuration, tokenizer, kernels, weights, loader.buffers)
  }

  private init(
    _ file: KoqFile, _ configuration: ModelConfiguration, _ tokenizer: Tokenizer, _ kernels: KernelTable,
    _ weights: EncoderWeights, _ buffers: [AlignedBuffer]
  ) {
    self.file = file
    self.configuration = configuration
    self.tokenizer = tokenizer
    self.kernels = kernels
    self.weights = weights
    self.buffers = buffers
  }

  /// The kernels called `name`, else those that `KOQUANT_ISA` names, else the fastest.
  public static func selectKernels(_ name: [UInt8]? = nil) throws(EmbeddingError) -> KernelTable {
    let wanted = name ?? environmentInstructionSet()
    guard let kernels = KernelTable.select(wanted) else { throw .unavailableInstructionSet(wanted ?? []) }
    return kernels
  }

  private static func environmentInstructionSet() -> [UInt8]? {
    guard let value = kqs_environment("KOQUANT_ISA") else { return nil }
    let name = Array(String(cString: value).utf8)
    return name.isEmpty ? nil : name
  }
}
