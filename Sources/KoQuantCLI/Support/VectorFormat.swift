import ArgumentParser

/// How `koquant embed` writes vectors.
enum VectorFormat: String, ExpressibleByArgument, CaseIterable {
  case jsonl, text, npy, f32
}
