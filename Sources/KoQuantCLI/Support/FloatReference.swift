import Checkpoint
import Conversion
import Interchange
import Kernels
import KoQuant
import Reference

/// The checkpoint that a model file was converted from, run in fp32 beside it.
struct FloatReference {
  let checkpoint: Checkpoint
  private let kernels: KernelTable
  let pool: ThreadPool

  /// Throws for the checkpoint of another model. Files in it that have changed since are worth a note.
  init(path: String, of model: EmbeddingModel, threads: Int?) throws {
    checkpoint = try Checkpoint(path: path)
    guard
      checkpoint.configuration.withReachablePositions == model.configuration.withReachablePositions
    else {
      throw Failure(
        ExitStatus.badData,
        "\(path): not the checkpoint of \(model.file.path): their configurations differ "
          + "(koquant inspect \(model.file.path))")
    }
    let others = try checkpoint.filesThatDiffer(fromProvenance: model.file.document(.provenance))
    if !others.isEmpty {
      Terminal.standardError.line(
        "koquant: note: \(model.file.path) was made from other versions of \(others.map { printable($0) }.joined(separator: ", ")) than "
          + "those in \(path)")
    }
    kernels = model.kernels
    pool = try ThreadPool(threads: threads)
  }

  /// The fp32 vectors of token sequences, a row each, in one pass over the checkpoint; see `ReferenceEncoder.encode`.
  func vectors(
    _ sequences: [[UInt32]], observe: ((_ layer: Int, LayerWeights, MatrixInput) -> Void)? = nil,
    onLayer: ((_ layers: Int, HiddenStates) -> Void)? = nil
  ) throws -> FloatMatrix {
    try ReferenceEncoder.encode(
      sequences, checkpoint: checkpoint, kernels: kernels, pool: pool, observe: observe, onLayer: onLayer)
  }
}
