import Checkpoint

extension LayerWeights {
  /// Reads layer `index` of a checkpoint of the same configuration over what was here before.
  public func read(layer index: Int, from checkpoint: Checkpoint) throws(ReferenceError) {
    for weight in LayerWeight.allCases {
      try ReferenceError.reading { () throws(CheckpointError) in
        try checkpoint.read(.layer(index, weight), into: self[weight])
      }
    }
  }
}
