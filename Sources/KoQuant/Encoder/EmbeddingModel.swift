import CShims
import Kernels

/// A model file ready for use: tokenizer, weights and the kernels for this CPU. It does not change, so any
/// number of sessions on any threads may share it.
public final class EmbeddingModel: @unchecked Sendable {
  public struct Options: Sendable {
    /// Name of a kernel table (`KernelTable.available`); nil for `KOQUANT_ISA`, or the fastest when that is
    /// not set.
    public var instructionSet: [UInt8]?
    /// Nil for `mapped` where the weights are stored and the file can be mapped, else `resident`.
    public var residency: Residency?
    /// Threads that decode while the model is opened; nil for what the scheduler and the container allow.
    public var threads: Int?
    /// Whether to check every byte of the file now. Else the hash of a section is checked when it is first
    /// used.
    public var verify: Bool

    public init(
      instructionSet: [UInt8]? = nil, residency: Residency? = nil, threads: Int? = nil, verify: Bool = false
    ) {
      self.instructionSet = instructionSet
      self.residency = residency
      self.threads = threads
      self.verify = verify
    }
  }

  public let file: KoqFile
  public let kernels: KernelTable
  package let weights: ModelWeights
  private let documents: ModelDocuments

  public var configuration: ModelConfiguration { documents.configuration }
  public var tokenizer: Tokenizer { documents.tokenizer }
  public var residency: Residency { weights.residency }

  /// Opens a `.koq` file. All allocations come from `calls`.
  public convenience init(
    path: String, options: Options = Options(), calls: SystemCalls = .live
  ) throws(EmbeddingError) {
    let file: KoqFile
    do throws(KoqError) {
      file = try KoqFile(path: path, access: .read, calls: calls)
    } catch {
      throw EmbeddingError(error)
    }
    try self.init(file, options: options)
  }

  public convenience init(path: String, instructionSet: [UInt8]?) throws(EmbeddingError) {
    try self.init(path: path, options: Options(instructionSet: instructionSet))
  }

  public convenience init(_ file: KoqFile, instructionSet: [UInt8]?) throws(EmbeddingError) {
    try self.init(file, options: Options(instructionSet: instructionSet))
  }

  public convenience init(_ file: KoqFile, options: Options = Options()) throws(EmbeddingError) {
    let kernels = try Self.selectKernels(options.instructionSet)
    let placed: (file: KoqFile, residency: Residency)
    do throws(KoqError) {
      placed = try file.placed(options.residency)
      if options.verify { try placed.file.verifyAll(using: SectionDecoder(calls: file.calls)) }
    } catch {
      throw EmbeddingError(error)
    }
    let documents = try ModelDocuments(placed.file)
    let pool: ThreadPool
    do throws(SystemError) {
      // Only decoding all of the weights is worth starting threads for.
      pool = try ThreadPool(threads: placed.residency == .resident ? options.threads : 1, calls: file.calls)
    } catch {
      throw .system(error)
    }
    let weights: ModelWeights
    do throws(KoqError) {
      weights = try ModelWeights(placed.file, documents.configuration, placed.residency, pool: pool)
    } catch {
      throw EmbeddingError(error)
    }
    self.init(placed.file, kernels, documents, weights)
  }

  private init(_ file: KoqFile, _ kernels: KernelTable, _ documents: ModelDocuments, _ weights: ModelWeights)
  {
    self.file = file
    self.kernels = kernels
    self.documents = documents
    self.weights = weights
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

extension KoqFile {
  /// The file as `residency` uses it: with its bytes in memory for `mapped`, else as it is. Without a wish,
  /// stored weights are mapped if that can be done.
  fileprivate func placed(_ wish: Residency?) throws(KoqError) -> (file: KoqFile, residency: Residency) {
    switch wish {
    case .resident, .streamed: return (self, wish ?? .resident)
    case .mapped:
      guard weightsAreStored else { throw KoqError(.compressed, path: path) }
      return (try mapped(), .mapped)
    case nil:
      guard weightsAreStored, let file = try? mapped() else { return (self, .resident) }
      return (file, .mapped)
    }
  }

  /// Whether the tensors that matter for memory can be used in place.
  package var weightsAreStored: Bool {
    sections.allSatisfy { $0.elementType != .int8 || $0.codec == .stored }
  }
}
