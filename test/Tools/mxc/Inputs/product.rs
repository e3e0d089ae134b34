
fn main() {
    let x: Vec<f32> = (0..4 * 64).map(|i| (1 << (i / 64)) as f32).collect();
    let (w, mut y) = (vec![0.5f32; 64 * 8], vec![0f32; 4 * 8]);
    let mut workspace = vec![0u8; unsafe { product_main_workspace_bytes() } as usize];
    let error = unsafe { product_main(x.as_ptr(), w.as_ptr(), y.as_mut_ptr(), workspace.as_mut_ptr().cast()) };
    assert_eq!(error, 0);
    println!("{:?}", y.iter().step_by(8).collect::<Vec<_>>());
}
